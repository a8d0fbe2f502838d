package orzo.promql.plan;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import orzo.fold.Part;
import orzo.query.SourceResolution;
import orzo.read.Archive;
import orzo.read.Resolution;
import orzo.read.Source;
import orzo.split.RawSplit;

/**
 * What series of one archive are read from.
 *
 * @param source the source
 * @param exact whether the answer is the one that samples give
 * @param parts what of windows is needed
 * @param reason why this source, for the asker
 */
public record TierChoice(Source source, boolean exact, Set<Part> parts, String reason) {
  /** Creates a choice. */
  public TierChoice {
    parts = Set.copyOf(parts);
  }

  /**
   * Chooses.
   *
   * <p>By default these are, and the first that is possible is taken: the coarsest windows that
   * give the same answer as samples; samples, if they reach back far enough; samples, and for what
   * has expired of them the finest windows that reach back far enough.
   */
  public static TierChoice choose(Archive archive, Demand demand, SourceResolution asked) {
    return switch (asked) {
      case SourceResolution.Automatic _ -> automatic(archive, demand);
      case SourceResolution.AtMost(long millis) ->
          millis == 0 ? raw("max_source_resolution=0s") : atMost(millis, archive, demand);
    };
  }

  /** Raw samples. */
  public static TierChoice raw(String reason) {
    return new TierChoice(Source.RAW, true, Set.of(), reason);
  }

  private static TierChoice automatic(Archive archive, Demand demand) {
    boolean rawCovers = demand.fromMillis() >= archive.rawFromMillis();
    if (rawCovers && demand.lastMillis() - demand.fromMillis() < RawSplit.SPAN_MILLIS) {
      return raw("a range shorter than a raw split");
    }
    Optional<Resolution> exact =
        archive.resolutions().stream()
            .filter(resolution -> isExact(resolution, demand) && covers(resolution, demand))
            .max(Comparator.comparingLong(Resolution::granularityMillis));
    if (exact.isPresent()) {
      return exact(exact.get(), demand);
    }
    return rawCovers
        ? raw(obstacle(archive, demand))
        : expired(archive, archive.resolutions(), demand);
  }

  private static TierChoice atMost(long millis, Archive archive, Demand demand) {
    List<Resolution> allowed =
        archive.resolutions().stream().filter(one -> one.granularityMillis() <= millis).toList();
    Optional<Resolution> coarsest =
        allowed.stream()
            .filter(one -> covers(one, demand) && usable(one, demand).isPresent())
            .max(Comparator.comparingLong(Resolution::granularityMillis));
    if (coarsest.isPresent()) {
      Resolution resolution = coarsest.get();
      return isExact(resolution, demand)
          ? exact(resolution, demand)
          : new TierChoice(
              new Source.Windows(resolution.granularityMillis()),
              false,
              usable(resolution, demand).orElseThrow(),
              "the coarsest that max_source_resolution allows");
    }
    return demand.fromMillis() >= archive.rawFromMillis()
        ? raw(
            "no tier that max_source_resolution allows covers the range with what "
                + demand.name()
                + " needs")
        : expired(archive, allowed, demand);
  }

  private static TierChoice exact(Resolution resolution, Demand demand) {
    return new TierChoice(
        new Source.Windows(resolution.granularityMillis()),
        true,
        demand.needs().exact().orElseThrow(),
        "exact for " + demand.name() + ": all times are multiples of it");
  }

  /** Samples have expired at the beginning of the range, and nothing is exact. */
  private static TierChoice expired(Archive archive, List<Resolution> allowed, Demand demand) {
    List<Resolution> usable =
        allowed.stream().filter(one -> usable(one, demand).isPresent()).toList();
    Optional<Resolution> found =
        usable.stream()
            .filter(one -> covers(one, demand))
            .min(Comparator.comparingLong(Resolution::granularityMillis))
            .or(() ->
                usable.stream()
                    .min(
                        Comparator.comparingLong(Resolution::fromMillis)
                            .thenComparingLong(Resolution::granularityMillis)));
    if (found.isEmpty()) {
      return raw(
          archive.resolutions().isEmpty()
              ? "policy '" + archive.policy() + "' has no aggregates"
              : "no tier has what " + demand.name() + " needs");
    }
    Resolution resolution = found.get();
    return new TierChoice(
        new Source.RawElseWindows(resolution.granularityMillis()),
        false,
        usable(resolution, demand).orElseThrow(),
        "raw samples may have expired, and " + obstacle(archive, demand));
  }

  private static boolean covers(Resolution resolution, Demand demand) {
    return demand.windowsFrom(resolution.granularityMillis()) >= resolution.fromMillis();
  }

  private static boolean isExact(Resolution resolution, Demand demand) {
    return demand.needs().exact().filter(resolution.parts()::containsAll).isPresent()
        && demand.isAlignedTo(resolution.granularityMillis());
  }

  /** The parts to be read for an answer that is near. */
  private static Optional<Set<Part>> usable(Resolution resolution, Demand demand) {
    return demand.needs().approximate().stream()
        .filter(resolution.parts()::containsAll)
        .findFirst()
        .map(parts -> {
          Set<Part> wanted = EnumSet.of(Part.COUNT);
          wanted.addAll(parts);
          if (resolution.parts().contains(Part.LAST_TIME)) {
            wanted.add(Part.LAST_TIME);
          }
          return wanted;
        });
  }

  /** Why no tier gives the answer that samples give. */
  private static String obstacle(Archive archive, Demand demand) {
    if (archive.resolutions().isEmpty()) {
      return "policy '" + archive.policy() + "' has no aggregates";
    }
    Optional<Set<Part>> needed = demand.needs().exact();
    if (needed.isEmpty()) {
      return demand.name() + " needs samples";
    }
    List<Resolution> complete = having(archive, one -> one.parts().containsAll(needed.get()));
    if (complete.isEmpty()) {
      return "no tier has what " + demand.name() + " needs: " + names(needed.get());
    }
    if (complete.stream().noneMatch(one -> demand.isAlignedTo(one.granularityMillis()))) {
      return "times"
          + (demand.isInstant() ? "" : " or range")
          + " are no multiples of "
          + complete.stream()
              .map(one -> duration(one.granularityMillis()))
              .collect(Collectors.joining(", "));
    }
    return "tiers that it is aligned to do not reach back far enough";
  }

  private static List<Resolution> having(Archive archive, Predicate<Resolution> wanted) {
    return archive.resolutions().stream().filter(wanted).toList();
  }

  private static String names(Set<Part> parts) {
    return parts.stream()
        .sorted()
        .map(part -> part.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .collect(Collectors.joining(", "));
  }

  /** What the source is called in an explanation. */
  public String tier() {
    return switch (source) {
      case Source.Raw _ -> "raw";
      case Source.Windows(long granularity) -> duration(granularity);
      case Source.RawElseWindows(long granularity) -> "raw, else " + duration(granularity);
    };
  }

  /** A duration in the largest unit that it is a multiple of. */
  private static String duration(long millis) {
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    } else if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
