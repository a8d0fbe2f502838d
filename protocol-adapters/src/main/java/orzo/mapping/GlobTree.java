package orzo.mapping;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Many globs, asked at once for the first one in order that fits a path. Globs that begin with the
 * same nodes share them, so that the cost follows from the path and not from how many globs there
 * are. Filled by one thread, then safe for many.
 */
final class GlobTree {
  /** What {@link #first} returns when no glob fits. */
  static final int NONE = Integer.MAX_VALUE;

  private static final class Branch {
    final Map<String, Branch> literals = new HashMap<>();
    final Map<String, PartlyBranch> partly = new HashMap<>();
    @Nullable Branch any;
    final List<Integer> exact = new ArrayList<>(); // globs that end here, ascending
    final List<Integer> prefixes = new ArrayList<>(); // those that a longer path fits, too
    int lowest = NONE; // of all globs here and below
  }

  private record PartlyBranch(GlobPattern.Node node, Branch branch) {}

  private final Branch root = new Branch();

  /**
   * Adds a glob; numbers ascend from call to call.
   *
   * @param isPrefix whether it asks for the first nodes of a path only
   */
  void add(int number, GlobPattern glob, boolean isPrefix) {
    Branch branch = root;
    branch.lowest = Math.min(branch.lowest, number);
    for (GlobPattern.Node node : glob.nodes()) {
      branch = child(branch, node);
      branch.lowest = Math.min(branch.lowest, number);
    }
    (isPrefix ? branch.prefixes : branch.exact).add(number);
  }

  private static Branch child(Branch parent, GlobPattern.Node node) {
    return switch (node) {
      case GlobPattern.Node.Literal(String text) ->
          parent.literals.computeIfAbsent(text, _ -> new Branch());
      case GlobPattern.Node.Any _ -> {
        Branch any = parent.any;
        if (any == null) {
          any = new Branch();
          parent.any = any;
        }
        yield any;
      }
      case GlobPattern.Node.Partly(String glob, _) ->
          parent.partly.computeIfAbsent(glob, _ -> new PartlyBranch(node, new Branch())).branch;
    };
  }

  /** The lowest number of an accepted glob that fits the path; {@link #NONE} when there is none. */
  int first(String[] path, IntPredicate accepted) {
    return first(root, path, 0, accepted, NONE);
  }

  /** Looks only where something lower than {@code best} may be. */
  private static int first(
      Branch branch, String[] path, int depth, IntPredicate accepted, int best) {
    if (branch.lowest >= best) {
      return best;
    }
    int found = first(branch.prefixes, accepted, best);
    if (depth == path.length) {
      return first(branch.exact, accepted, found);
    }
    Branch literal = branch.literals.get(path[depth]);
    if (literal != null) {
      found = first(literal, path, depth + 1, accepted, found);
    }
    for (PartlyBranch partly : branch.partly.values()) {
      if (partly.branch.lowest < found && GlobPattern.fits(partly.node, path[depth])) {
        found = first(partly.branch, path, depth + 1, accepted, found);
      }
    }
    return branch.any == null ? found : first(branch.any, path, depth + 1, accepted, found);
  }

  private static int first(List<Integer> numbers, IntPredicate accepted, int best) {
    for (int number : numbers) {
      if (number >= best) {
        return best;
      }
      if (accepted.test(number)) {
        return number;
      }
    }
    return best;
  }
}
