package io.phalanx.node.middleware;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.regex.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An expression and what is put in place of each of its matches, as Go's {@code ReplaceAllString}
 * does: {@code $1} and {@code ${1}} are groups, {@code $name} and {@code ${name}} named ones, each
 * as long as letters, digits and underscores go on, so that {@code $1x} is a group of that name;
 * one that there is not is empty. {@code $$} is a dollar sign.
 */
final class RegexReplacement {
  /**
   * Characters that are looked at for matches behind the first, each as often as it is: an
   * expression that looks to the end of the text for each match would look at the square of it. A
   * fiftieth of a second.
   */
  private static final long MOST_LOOKS = 250_000;

  private final Pattern pattern;
  private final List<Part> parts;

  /** A piece of the replacement: a text, or a group if its number is not below 0. */
  private record Part(String text, int group) {}

  /**
   * @throws IllegalArgumentException if there is no expression, or it is none
   */
  RegexReplacement(String regex, String replacement) {
    if (regex.isBlank()) {
      throw new IllegalArgumentException("regex must not be empty");
    }
    this.pattern = Regex.compile(regex.strip());
    this.parts = parts(replacement.strip());
  }

  private List<Part> parts(String template) {
    var found = new ArrayList<Part>();
    var text = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$' || at + 1 == template.length()) {
        text.append(c);
        at++;
        continue;
      }
      if (template.charAt(at + 1) == '$') {
        text.append('$');
        at += 2;
        continue;
      }
      boolean braced = template.charAt(at + 1) == '{';
      int start = at + (braced ? 2 : 1);
      int end = start;
      while (end < template.length() && isWord(template.charAt(end))) {
        end++;
      }
      boolean closed = !braced || (end < template.length() && template.charAt(end) == '}');
      if (end == start || !closed) {
        text.append('$');
        at++;
        continue;
      }
      found.add(new Part(text.toString(), -1));
      text.setLength(0);
      found.add(new Part("", group(template.substring(start, end))));
      at = braced ? end + 1 : end;
    }
    found.add(new Part(text.toString(), -1));
    return found.stream().filter(part -> part.group() >= 0 || !part.text().isEmpty()).toList();
  }

  /** The number of a group; that of none is beyond the last. */
  private int group(String name) {
    int none = pattern.groupCount() + 1;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return name.length() > 6 ? none : Integer.parseInt(name);
    }
    Integer named = pattern.namedGroups().get(name);
    return named == null ? none : named;
  }

  private static boolean isWord(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Where replacing everything would take too long. */
  static final Verdict TOO_LONG = new Verdict.Respond(Answer.text(414, "URI Too Long"));

  /** A text in which it would. */
  static final class TooManyMatchesException extends Exception {
    private TooManyMatchesException() {
      super("too many matches in too long a text");
    }
  }

  /** {@code text} with every match replaced; empty if there is none. */
  Optional<String> replaced(String text) throws TooManyMatchesException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    var out = new StringBuilder(text.length() + 16);
    int copied = 0;
    int lastEnd = -1;
    long looks = -text.length();
    do {
      // An empty match right behind another one is none.
      if (matcher.end() > matcher.start() || matcher.start() != lastEnd) {
        out.append(text, copied, matcher.start());
        expand(matcher, out);
        copied = matcher.end();
      }
      lastEnd = matcher.end();
      looks += text.length() - lastEnd;
      if (looks > MOST_LOOKS) {
        throw new TooManyMatchesException();
      }
    } while (matcher.find());
    return Optional.of(out.append(text, copied, text.length()).toString());
  }

  private void expand(Matcher matcher, StringBuilder out) {
    for (Part part : parts) {
      if (part.group() < 0) {
        out.append(part.text());
      } else if (part.group() <= pattern.groupCount() && matcher.start(part.group()) >= 0) {
        out.append(matcher.group(part.group()));
      }
    }
  }
}
