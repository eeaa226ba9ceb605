package io.phalanx.providers.tree;

/** Counts the brackets of a TOML text that are open at once, outside of strings and comments. */
final class TomlNesting {
  private TomlNesting() {}

  static int deepest(String text) {
    int depth = 0;
    int deepest = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '[', '{' -> deepest = Math.max(deepest, ++depth);
        case ']', '}' -> depth = Math.max(0, depth - 1);
        default -> {}
      }
      at =
          switch (c) {
            case '#' -> endOf("\n", text, at + 1);
            case '"', '\'' -> endOfString(text, at, c);
            default -> at + 1;
          };
    }
    return deepest;
  }

  private static int endOf(String end, String text, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }

  /** Behind a string; one of a single line that is not closed ends with its line. */
  private static int endOfString(String text, int start, char quote) {
    String three = String.valueOf(quote).repeat(3);
    boolean multiLine = text.startsWith(three, start);
    int at = multiLine ? start + 3 : start + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && quote == '"') {
        at += 2;
      } else if (multiLine ? text.startsWith(three, at) : c == quote || c == '\n') {
        return multiLine ? at + 3 : at + 1;
      } else {
        at++;
      }
    }
    return text.length();
  }
}
