package orzo.gateway.configuration;

import java.nio.file.Path;

/** Where a value was set, the weakest source first. */
public sealed interface Origin {
  /** Nowhere: the default counts. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * In a file.
   *
   * @param line of the value, from 1
   * @param column of the value, from 1
   */
  record File(Path path, int line, int column) implements Origin {
    @Override
    public String toString() {
      return path + " line " + line + " column " + column;
    }
  }

  /** In an environment variable. */
  record Environment(String variable) implements Origin {
    @Override
    public String toString() {
      return "environment variable " + variable;
    }
  }

  /** On the command line. */
  record CommandLine() implements Origin {
    @Override
    public String toString() {
      return "--set";
    }
  }
}
