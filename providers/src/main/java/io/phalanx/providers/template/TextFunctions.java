package io.phalanx.providers.template;

import static io.phalanx.providers.template.Functions.function;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import io.phalanx.providers.regex.Regex;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Text. As in sprig, the text that is worked on comes last, so that it can come through a pipe. */
final class TextFunctions {
  private static final int MAX_REPEAT = 100_000;

  static final Map<String, Functions.Entry> ALL =
      Map.ofEntries(
          function("normalize", 1, 1, values -> Names.normalized(text(values, 0))),
          function("split", 2, 2, values -> split(text(values, 0), text(values, 1))),
          function("splitList", 2, 2, values -> split(text(values, 1), text(values, 0))),
          function("join", 2, 2, values -> join(text(values, 0), values.get(1))),
          function("lower", 1, 1, values -> text(values, 0).toLowerCase(Locale.ROOT)),
          function("upper", 1, 1, values -> text(values, 0).toUpperCase(Locale.ROOT)),
          function("title", 1, 1, values -> title(text(values, 0))),
          function("trim", 1, 1, values -> text(values, 0).strip()),
          function("trimPrefix", 2, 2, values -> trimPrefix(text(values, 0), text(values, 1))),
          function("trimSuffix", 2, 2, values -> trimSuffix(text(values, 0), text(values, 1))),
          function("trimAll", 2, 2, values -> trimAll(text(values, 0), text(values, 1))),
          function(
              "replace",
              3,
              3,
              values -> replace(text(values, 0), text(values, 1), text(values, 2))),
          function("contains", 2, 2, values -> text(values, 1).contains(text(values, 0))),
          function("hasPrefix", 2, 2, values -> text(values, 1).startsWith(text(values, 0))),
          function("hasSuffix", 2, 2, values -> text(values, 1).endsWith(text(values, 0))),
          function("quote", 1, -1, values -> eachQuoted(values, TextFunctions::quoted)),
          function("squote", 1, -1, values -> eachQuoted(values, text -> "'" + text + "'")),
          function("toString", 1, 1, values -> text(values, 0)),
          function("repeat", 2, 2, values -> repeat(Values.whole(values.get(0)), text(values, 1))),
          function("nospace", 1, 1, values -> text(values, 0).replaceAll("\\s", "")),
          function("substr", 3, 3, values -> substring(values)),
          function(
              "b64enc",
              1,
              1,
              values -> Base64.getEncoder().encodeToString(text(values, 0).getBytes(UTF_8))),
          function(
              "b64dec",
              1,
              1,
              values -> new String(Base64.getDecoder().decode(text(values, 0)), UTF_8)),
          function(
              "regexMatch",
              2,
              2,
              values -> pattern(text(values, 0)).matcher(text(values, 1)).find()),
          function("regexFind", 2, 2, values -> find(text(values, 0), text(values, 1))),
          function(
              "regexReplaceAll",
              3,
              3,
              values ->
                  Replacement.replaceAll(
                      pattern(text(values, 0)), text(values, 1), text(values, 2))),
          function(
              "print",
              0,
              -1,
              values -> values.stream().map(Values::print).collect(Collectors.joining())),
          function(
              "println",
              0,
              -1,
              values ->
                  values.stream().map(Values::print).collect(Collectors.joining(" ", "", "\n"))),
          function(
              "printf",
              1,
              -1,
              values -> format(text(values, 0), values.subList(1, values.size()))));

  private TextFunctions() {}

  private static String text(List<Object> values, int index) {
    return Values.print(values.get(index));
  }

  private static List<String> split(String text, String separator) {
    return separator.isEmpty()
        ? List.of(text)
        : Arrays.asList(text.split(Pattern.quote(separator), -1));
  }

  private static String replace(String old, String by, String text) {
    long found = old.isEmpty() ? text.length() + 1L : 0;
    for (int at = 0; !old.isEmpty() && (at = text.indexOf(old, at)) >= 0; at += old.length()) {
      found++;
    }
    Values.requireLength(text.length() + found * (by.length() - old.length()));
    return text.replace(old, by);
  }

  private static String join(String separator, Object items) {
    List<Object> parts = CollectionFunctions.list(items);
    Values.requireLength((long) parts.size() * separator.length());
    return parts.stream().map(Values::print).collect(Collectors.joining(separator));
  }

  private static String title(String text) {
    var out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      if (i == 0 || !Character.isLetter(out.charAt(i - 1))) {
        out.setCharAt(i, Character.toTitleCase(out.charAt(i)));
      }
    }
    return out.toString();
  }

  private static String trimPrefix(String prefix, String text) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String trimSuffix(String suffix, String text) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static String trimAll(String characters, String text) {
    int start = 0;
    int end = text.length();
    while (start < end && characters.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && characters.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static String eachQuoted(
      List<Object> values, java.util.function.UnaryOperator<String> quotes) {
    return values.stream().map(Values::print).map(quotes).collect(Collectors.joining(" "));
  }

  private static String repeat(long count, String text) {
    if (count < 0 || count > MAX_REPEAT / Math.max(1, text.length())) {
      throw new IllegalArgumentException("gives at most " + MAX_REPEAT + " characters");
    }
    return text.repeat((int) count);
  }

  private static String substring(List<Object> values) {
    String text = text(values, 2);
    int start = Math.clamp(Values.whole(values.get(0)), 0, text.length());
    long end = Values.whole(values.get(1));
    return text.substring(start, end < 0 ? text.length() : Math.clamp(end, start, text.length()));
  }

  private static Pattern pattern(String regex) {
    return Regex.compile(regex);
  }

  private static String find(String regex, String text) {
    var matcher = pattern(regex).matcher(text);
    return matcher.find() ? matcher.group() : "";
  }

  /** Go's verbs %s, %v, %d, %q, %t and %%. */
  private static String format(String format, List<Object> values) {
    var out = new StringBuilder();
    int next = 0;
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%') {
        out.append(c);
        continue;
      }
      char verb = at < format.length() ? format.charAt(at++) : 0;
      if (verb == '%') {
        out.append('%');
      } else if ("svdqt".indexOf(verb) >= 0 && next < values.size()) {
        String text = Values.print(values.get(next++));
        out.append(verb == 'q' ? quoted(text) : text);
      } else {
        throw new IllegalArgumentException(
            next == values.size()
                ? "has more verbs than values"
                : "knows the verbs %s %v %d %q %t and %%, not \"%" + verb + '"');
      }
    }
    return out.toString();
  }
}
