package orzo.book;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.book.BookRefusal.TooMuch;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.LogRecord;
import orzo.storage.OutageLog;
import orzo.storage.RecordLog;
import orzo.time.Heartbeat;

/**
 * The books of all tenants. Each follows its tenant's log, from the first time that somebody asks
 * for it; what any node changes is in it within the interval, and at once for who asks for the
 * {@linkplain #current current} one. Safe for many threads; calls block, where not said otherwise.
 */
public final class Books implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Books.class);

  /** How often a change is decided anew because others change something at the same time. */
  private static final int ATTEMPTS = 100;

  private static final int RECORDS_PER_READ = 1_000;

  /** How many dead records are worth a command. */
  private static final int DEAD_RECORDS = 1_000;

  /**
   * How long a record stays that says that something is gone: longer than any node takes to read a
   * log, so that none reads of something and not of its end.
   */
  private static final Duration TOMBSTONES_STAY = Duration.ofHours(1);

  /** What the heartbeat knows of one tenant. */
  private static final class Following {
    final Book book;
    final Semaphore turn = new Semaphore(1, true);
    List<Long> dead = new ArrayList<>(); // only the heartbeat's
    List<Long> tombstones = new ArrayList<>(); // only the heartbeat's
    long tombstonesSinceNanos; // only the heartbeat's

    Following(Book book) {
      this.book = book;
    }
  }

  private final RecordLog records;
  private final Duration interval;
  private final OutageLog outages;
  private final LongSupplier nanos;
  private final ConcurrentMap<Tenant, Following> tenants = new ConcurrentHashMap<>();
  private final LongAdder damaged = new LongAdder();
  private volatile @Nullable Heartbeat heartbeat;

  /**
   * Creates it; nothing is followed before {@link #start}.
   *
   * @param interval how often to look for what other nodes changed
   * @param outages hears of failures of storage while following
   * @param nanos a monotonic clock
   */
  public Books(RecordLog records, Duration interval, OutageLog outages, LongSupplier nanos) {
    this.records = records;
    this.interval = interval;
    this.outages = outages;
    this.nanos = nanos;
  }

  /** Follows the logs of the tenants that somebody has asked for, from now on. */
  public void start() {
    heartbeat = Heartbeat.start("books", interval, outages, this::follow);
  }

  @Override
  public void close() {
    Heartbeat started = heartbeat;
    if (started != null) {
      started.close();
    }
  }

  /** How many records could not be understood; they were passed over. */
  public long damaged() {
    return damaged.sum();
  }

  /** How many metrics have an archive policy, of the tenants that somebody has asked for here. */
  public long metricsWithPolicy(String policy) {
    long metrics = 0;
    for (Following one : tenants.values()) {
      for (MetricRecord metric : current(one.book.tenant()).metrics()) {
        if (metric.archivePolicy().equals(policy)) {
          metrics++;
        }
      }
    }
    return metrics;
  }

  /** Reads the news of all books, and removes from the logs what means nothing any more. */
  void follow() {
    for (Following one : tenants.values()) {
      catchUp(one.book);
      compact(one);
    }
  }

  /**
   * A tenant's book with all that was changed before the call. Costs one small round trip.
   *
   * @throws GatewayException when storage fails
   */
  public Book current(Tenant tenant) {
    Book book = following(tenant).book;
    catchUp(book);
    return book;
  }

  /**
   * A tenant's book as far as it is known here. Blocks only at the first time that somebody asks
   * for this tenant.
   *
   * @throws GatewayException when it is not known yet, and storage fails
   */
  public Book known(Tenant tenant) {
    Following known = tenants.get(tenant);
    return known != null ? known.book : current(tenant);
  }

  /** Whom nothing is stored of is not kept: anybody can name tenants. */
  private Following following(Tenant tenant) {
    Following known = tenants.get(tenant);
    if (known != null) {
      return known;
    }
    Following fresh = new Following(new Book(tenant));
    catchUp(fresh.book);
    if (fresh.book.position() == RecordLog.START) {
      return fresh;
    }
    Following other = tenants.putIfAbsent(tenant, fresh);
    return other != null ? other : fresh;
  }

  private void catchUp(Book book) {
    while (true) {
      long known = book.position();
      List<LogRecord> news = records.read(book.tenant(), known, RECORDS_PER_READ);
      if (book.isWhole() && hasGap(known, news)) {
        reload(book);
        return;
      }
      if (!news.isEmpty()) {
        int _ = book.write(state -> apply(book.tenant(), state, news));
      }
      if (news.size() < RECORDS_PER_READ) {
        book.markWhole();
        return;
      }
    }
  }

  /** Records were removed that were not read here: they may have said that something is gone. */
  private static boolean hasGap(long known, List<LogRecord> news) {
    return !news.isEmpty() && news.getLast().position() - known != news.size();
  }

  private void reload(Book book) {
    BookState fresh = new BookState();
    List<LogRecord> page;
    do {
      page = records.read(book.tenant(), fresh.position(), RECORDS_PER_READ);
      int _ = apply(book.tenant(), fresh, page);
    } while (page.size() == RECORDS_PER_READ);
    book.replace(fresh);
  }

  private int apply(Tenant tenant, BookState state, List<LogRecord> news) {
    int applied = 0;
    for (LogRecord record : news) {
      if (record.position() <= state.position()) {
        continue; // another thread was faster
      }
      try {
        state.apply(record.position(), BookCodec.decode(record.bytes()));
        applied++;
      } catch (GatewayException e) {
        state.skip(record.position());
        damaged.increment();
        log.error(
            "tenant '{}': record {} is passed over: {}",
            tenant.id(),
            record.position(),
            e.getMessage());
      }
    }
    return applied;
  }

  /**
   * Removes records that mean nothing any more, in an order that leaves a log of the same meaning
   * wherever it stops: what tells of a thing goes from front to back, and that it is gone goes
   * last.
   */
  private void compact(Following one) {
    Book book = one.book;
    boolean due = nanos.getAsLong() - one.tombstonesSinceNanos >= TOMBSTONES_STAY.toNanos();
    if (one.tombstones.isEmpty()) {
      one.tombstones = book.write(BookState::takeTombstones);
      one.tombstonesSinceNanos = nanos.getAsLong();
      due = false;
    }
    one.dead.addAll(book.write(BookState::takeDead));
    if (one.dead.size() >= DEAD_RECORDS || due) {
      records.remove(book.tenant(), one.dead);
      one.dead = new ArrayList<>();
    }
    if (due) {
      records.remove(book.tenant(), one.tombstones);
      one.tombstones = new ArrayList<>();
    }
  }

  /**
   * Changes what a tenant has. The change is decided on all that was changed before, by whatever
   * node, and made only if nothing else was changed meanwhile; otherwise it is decided anew.
   *
   * @param decide drafts the change, and returns what this call returns; may be called several
   *     times, and must not block
   * @throws RefusedException when the draft refuses it; nothing was changed
   * @throws GatewayException when storage fails; after {@link Kind#UNAVAILABLE} the change may have
   *     been made nevertheless
   */
  public <T> T change(Tenant tenant, Function<Draft, T> decide) {
    Following following = following(tenant);
    // Changes of one node queue, so that it is not its own rival for the end of the log.
    following.turn.acquireUninterruptibly();
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        catchUp(following.book);
        Drafted<T> drafted = draft(following.book, decide);
        if (append(following.book, drafted)) {
          var _ = tenants.putIfAbsent(tenant, following);
          return drafted.result;
        }
      }
    } finally {
      following.turn.release();
    }
    throw new GatewayException(
        Kind.UNAVAILABLE,
        "tenant '"
            + tenant.id()
            + "': changed by others "
            + ATTEMPTS
            + " times while this change was being made (expected: that it is tried again)");
  }

  /** A change that was decided on what the log says up to a position. */
  private record Drafted<T>(long position, List<BookChange> changes, T result) {}

  private static <T> Drafted<T> draft(Book book, Function<Draft, T> decide) {
    return book.read(state -> {
      Draft draft = new Draft(state);
      T result = decide.apply(draft);
      return new Drafted<>(state.position(), draft.changes(), result);
    });
  }

  /** Returns false when the log has moved on. */
  private boolean append(Book book, Drafted<?> drafted) {
    if (drafted.changes.isEmpty()) {
      return true;
    }
    List<byte[]> encoded = drafted.changes.stream().map(BookCodec::encode).toList();
    if (encoded.size() > RecordLog.MAX_RECORDS
        || encoded.stream().mapToLong(one -> one.length).sum() > RecordLog.MAX_BYTES) {
      throw new RefusedException(new TooMuch(RecordLog.MAX_RECORDS));
    }
    OptionalLong last = records.append(book.tenant(), drafted.position, encoded);
    if (last.isEmpty()) {
      return false;
    }
    boolean applied =
        book.write(state -> {
          if (state.position() != drafted.position) {
            return false;
          }
          long position = drafted.position;
          for (BookChange change : drafted.changes) {
            state.apply(++position, change);
          }
          return true;
        });
    if (!applied) {
      catchUp(book); // the heartbeat has begun to read it
    }
    return true;
  }
}
