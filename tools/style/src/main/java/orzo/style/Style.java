package orzo.style;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.puppycrawl.tools.checkstyle.AbstractAutomaticBean.OutputStreamOptions;
import com.puppycrawl.tools.checkstyle.Checker;
import com.puppycrawl.tools.checkstyle.ConfigurationLoader;
import com.puppycrawl.tools.checkstyle.DefaultLogger;
import com.puppycrawl.tools.checkstyle.PropertiesExpander;
import com.puppycrawl.tools.checkstyle.api.CheckstyleException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Formats every Java source of the tree with google-java-format and holds it against {@code
 * checkstyle.xml}.
 *
 * <p>A program of its own because both libraries need a newer JDK than the one Maven may run on.
 */
final class Style {
  private Style() {}

  /** Arguments: {@code check} or {@code fix}, then the root of the tree. */
  public static void main(String[] args) throws IOException, CheckstyleException {
    boolean fix =
        switch (args[0]) {
          case "fix" -> true;
          case "check" -> false;
          default ->
              throw new IllegalArgumentException("mode: " + args[0] + " (expected: check or fix)");
        };
    Path root = Path.of(args[1]);
    List<Path> sources = sources(root);
    int problems = format(root, sources, fix) + checkstyle(sources);
    if (problems > 0) {
      System.err.println(
          "style: "
              + problems
              + " problem(s); mvn -q -pl tools/style process-classes"
              + " -Dstyle.mode=fix repairs what the formatter found");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> {
            String relative = root.relativize(path).toString().replace(File.separatorChar, '/');
            return relative.contains("src/") && !relative.contains("target/");
          })
          .sorted()
          .toList();
    }
  }

  private static int format(Path root, List<Path> sources, boolean fix) throws IOException {
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    int problems = 0;
    for (Path source : sources) {
      String before = Files.readString(source);
      try {
        String used = RemoveUnusedImports.removeUnusedImports(before);
        String ordered = ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE);
        String after = formatter.formatSource(ordered);
        if (after.equals(before)) {
          continue;
        }
        if (fix) {
          Files.writeString(source, after);
        } else {
          System.err.println(root.relativize(source) + ": not formatted");
          problems++;
        }
      } catch (FormatterException e) {
        System.err.println(root.relativize(source) + ": " + e.getMessage());
        problems++;
      }
    }
    return problems;
  }

  private static int checkstyle(List<Path> sources) throws CheckstyleException {
    var rules =
        ConfigurationLoader.loadConfiguration(
            String.valueOf(Style.class.getResource("checkstyle.xml")),
            new PropertiesExpander(new Properties()));
    Checker checker = new Checker();
    checker.setModuleClassLoader(Checker.class.getClassLoader());
    checker.configure(rules);
    checker.addListener(new DefaultLogger(System.err, OutputStreamOptions.NONE));
    List<File> files = new ArrayList<>();
    for (Path source : sources) {
      files.add(source.toFile());
    }
    int errors = checker.process(files);
    checker.destroy();
    return errors;
  }
}
