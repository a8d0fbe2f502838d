package orzo.http.gnocchi;

import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.book.ResourceState;

/**
 * Requests that count only if a resource is as the client knows it, RFC 9110 section 13, and what
 * the client knows it by. The entity tag is made as Gnocchi makes it.
 */
final class Preconditions {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"([^\"]*)\"|([^\\s,\"]+)");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private Preconditions() {}

  /** Says what a resource is known by. */
  static Reply tagged(Reply reply, ResourceState state) {
    return reply
        .with(HttpHeaders.ETAG.toString(), '"' + tag(state) + '"')
        .with(HttpHeaders.LAST_MODIFIED.toString(), HTTP_DATE.format(lastModified(state)));
  }

  /**
   * Checks what the client says it knows, in the order of RFC 9110 section 13.2.2.
   *
   * @param isRead whether the request changes nothing
   * @return an answer without a body, if the client knows it all
   * @throws ApiError 412 if the resource is not as the client knows it
   */
  static Optional<Reply> check(Exchange exchange, ResourceState state, boolean isRead) {
    String tag = tag(state);
    Optional<String> match = exchange.header("If-Match");
    if (match.isPresent()) {
      if (!names(match.get(), tag)) {
        throw failed();
      }
    } else if (date(exchange, "If-Unmodified-Since")
        .filter(lastModified(state)::isAfter)
        .isPresent()) {
      throw failed();
    }
    Optional<String> noneMatch = exchange.header("If-None-Match");
    if (noneMatch.isPresent()) {
      if (!names(noneMatch.get(), tag)) {
        return Optional.empty();
      }
      if (!isRead) {
        throw failed();
      }
      return Optional.of(tagged(Reply.empty(304), state));
    }
    boolean isKnown =
        isRead
            && date(exchange, "If-Modified-Since")
                .filter(since -> !since.isBefore(lastModified(state)))
                .isPresent();
    return isKnown ? Optional.of(tagged(Reply.empty(304), state)) : Optional.empty();
  }

  private static ApiError failed() {
    return ApiError.of(412, "The resource is not as the request expects");
  }

  private static boolean names(String header, String tag) {
    Matcher tags = TAG.matcher(header);
    while (tags.find()) {
      String stated = tags.group(1) == null ? tags.group(2) : tags.group(1);
      if (tag.equals(stated) || "*".equals(tags.group(2))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Instant> date(Exchange exchange, String header) {
    try {
      return exchange
          .header(header)
          .map(text ->
              ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty(); // such a header counts for nothing
    }
  }

  private static Instant lastModified(ResourceState state) {
    return state.revisionStart().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String tag(ResourceState state) {
    String revision = state.id() + ResourceTimes.show(state.revisionStart());
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1")
                  .digest(revision.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
