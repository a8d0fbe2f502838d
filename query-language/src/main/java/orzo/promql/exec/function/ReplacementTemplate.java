package orzo.promql.exec.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/**
 * The replacement of {@code label_replace} with what its references stand for, as Go's regular
 * expressions expand templates: {@code $1}, {@code ${1}}, {@code $name}, {@code ${name}}, and
 * {@code $$} for a dollar sign. The longest name counts, so {@code $1x} is the group {@code 1x}; a
 * group that is not there is empty, and a dollar sign without a name stands for itself.
 */
final class ReplacementTemplate {
  private ReplacementTemplate() {}

  static String expand(String template, Matcher matcher, Pattern pattern) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$') {
        text.append(c);
        at++;
        continue;
      }
      if (at + 1 < template.length() && template.charAt(at + 1) == '$') {
        text.append('$');
        at += 2;
        continue;
      }
      boolean braces = at + 1 < template.length() && template.charAt(at + 1) == '{';
      int start = at + (braces ? 2 : 1);
      int end = start;
      while (end < template.length() && isNamePart(template.charAt(end))) {
        end++;
      }
      boolean named =
          end > start && (!braces || end < template.length() && template.charAt(end) == '}');
      if (!named) {
        text.append('$');
        at++;
        continue;
      }
      text.append(group(template.substring(start, end), matcher, pattern));
      at = braces ? end + 1 : end;
    }
    return text.toString();
  }

  private static boolean isNamePart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static String group(String name, Matcher matcher, Pattern pattern) {
    Integer index;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // Longer numbers than that are no group's, and too long ones no int.
      index = name.length() > 9 ? Integer.valueOf(-1) : Integer.valueOf(name);
    } else {
      index = pattern.namedGroups().get(name);
    }
    if (index == null || index < 0 || index > matcher.groupCount()) {
      return "";
    }
    String value = matcher.group(index);
    return value == null ? "" : value;
  }
}
