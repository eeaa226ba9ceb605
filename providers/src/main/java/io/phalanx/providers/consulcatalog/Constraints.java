package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.regex.Regex;
import java.util.Collection;
import java.util.function.Predicate;

/**
 * Which instances count, by their tags: {@code Tag(`a`)} and {@code TagRegex(`^a`)} with {@code !},
 * {@code &&}, {@code ||} and parentheses, {@code &&} before {@code ||}.
 */
final class Constraints {
  private static final int MAX_LENGTH = 16 << 10;
  private static final int MAX_DEPTH = 100;

  private final String text;
  private int at;
  private int depth;

  private Constraints(String text) {
    this.text = text;
  }

  /**
   * @return empty text lets everything through
   * @throws IllegalArgumentException if the text is no constraint; the message says where
   */
  static Predicate<Collection<String>> parse(String text) {
    if (text.isBlank()) {
      return _ -> true;
    }
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("constraints have at most " + MAX_LENGTH + " characters");
    }
    var parser = new Constraints(text);
    Predicate<Collection<String>> whole = parser.alternatives();
    if (parser.at < text.length()) {
      throw parser.mistake("&& or || is expected");
    }
    return whole;
  }

  private IllegalArgumentException mistake(String what) {
    String rest = text.substring(Math.min(at, text.length()));
    return new IllegalArgumentException(
        "constraints: "
            + what
            + (rest.isEmpty()
                ? " at the end"
                : " at \"" + rest.substring(0, Math.min(rest.length(), 40)) + '"'));
  }

  private Predicate<Collection<String>> alternatives() {
    Predicate<Collection<String>> left = conjunction();
    while (takes("||")) {
      left = left.or(conjunction());
    }
    return left;
  }

  private Predicate<Collection<String>> conjunction() {
    Predicate<Collection<String>> left = term();
    while (takes("&&")) {
      left = left.and(term());
    }
    return left;
  }

  private Predicate<Collection<String>> term() {
    if (++depth > MAX_DEPTH) {
      throw mistake("more than " + MAX_DEPTH + " levels");
    }
    try {
      if (takes("!")) {
        return term().negate();
      }
      if (takes("(")) {
        Predicate<Collection<String>> inner = alternatives();
        require(")");
        return inner;
      }
      return matcher();
    } finally {
      depth--;
    }
  }

  private Predicate<Collection<String>> matcher() {
    if (takes("TagRegex")) {
      var pattern = Regex.compile(argument());
      return tags -> tags.stream().anyMatch(tag -> pattern.matcher(tag).find());
    }
    if (takes("Tag")) {
      String wanted = argument();
      return tags -> tags.contains(wanted);
    }
    throw mistake("Tag(`...`) or TagRegex(`...`) is expected");
  }

  private String argument() {
    require("(");
    skipSpace();
    char quote = at < text.length() ? text.charAt(at) : ' ';
    if (quote != '`' && quote != '"' && quote != '\'') {
      throw mistake("a quoted text is expected");
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw mistake("the quote has no end");
    }
    String argument = text.substring(at + 1, end);
    at = end + 1;
    require(")");
    return argument;
  }

  private void require(String token) {
    if (!takes(token)) {
      throw mistake('"' + token + "\" is expected");
    }
  }

  private boolean takes(String token) {
    skipSpace();
    if (text.startsWith(token, at)) {
      at += token.length();
      skipSpace();
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}
