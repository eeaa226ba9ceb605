package io.phalanx.providers.template;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.regex.MatchResult;

/**
 * What a match of a regular expression is replaced by, as Go's {@code Regexp.Expand} has it: {@code
 * $name} takes as many word characters as there are, {@code ${name}} those in the braces, a group
 * that does not exist is empty, {@code $$} is a dollar, and so is one that begins nothing.
 */
final class Replacement {
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\$(?:\\$|\\{(\\w++)}|(\\w++))");

  private Replacement() {}

  static String replaceAll(Pattern pattern, String text, String template) {
    var out = new StringBuilder();
    Matcher matcher = pattern.matcher(text);
    int end = 0;
    while (matcher.find()) {
      append(out, text.substring(end, matcher.start()));
      expand(out, matcher, template);
      end = matcher.end();
    }
    append(out, text.substring(end));
    return out.toString();
  }

  private static void expand(StringBuilder out, Matcher matcher, String template) {
    int end = 0;
    for (MatchResult reference : REFERENCE.matcher(template).results().toList()) {
      append(out, template.substring(end, reference.start()));
      String name = reference.group(1) == null ? reference.group(2) : reference.group(1);
      append(out, name == null ? "$" : group(matcher, name));
      end = reference.end();
    }
    append(out, template.substring(end));
  }

  private static String group(Matcher matcher, String name) {
    int number =
        name.matches("\\d{1,4}")
            ? Integer.parseInt(name)
            : matcher.pattern().namedGroups().getOrDefault(name, Integer.MAX_VALUE);
    String group = number <= matcher.groupCount() ? matcher.group(number) : null;
    return group == null ? "" : group;
  }

  private static void append(StringBuilder out, String text) {
    Values.requireLength((long) out.length() + text.length());
    out.append(text);
  }
}
