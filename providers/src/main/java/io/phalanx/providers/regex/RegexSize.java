package io.phalanx.providers.regex;

/**
 * Estimates the size of a compiled expression from its text, without compiling it. What is no valid
 * expression gets some number; it is refused later.
 */
final class RegexSize {
  private final String regex;
  private final long[] outer = new long[Regex.MAX_DEPTH];
  private int depth;
  private int at;

  /** Steps of the group that is open, and of the last thing in it, which a count would repeat. */
  private long steps;

  private long last;

  private RegexSize(String regex) {
    this.regex = regex;
  }

  /**
   * @throws IllegalArgumentException if the expression is too large or nested too deeply
   */
  static void check(String regex) {
    new RegexSize(regex).scan();
  }

  private void scan() {
    while (at < regex.length()) {
      switch (regex.charAt(at)) {
        case '(' -> open();
        case ')' -> close();
        case '[' -> characterClass();
        case '{' -> count();
        case '\\' -> escape();
        default -> {
          add(1);
          at++;
        }
      }
      if (steps > Regex.MAX_STEPS) {
        throw new IllegalArgumentException(
            "a regular expression has at most " + Regex.MAX_STEPS + " steps, repetitions counted");
      }
    }
  }

  private void add(long more) {
    last = more;
    steps += more;
  }

  private void open() {
    if (depth == outer.length) {
      throw new IllegalArgumentException(
          "a regular expression is nested at most " + Regex.MAX_DEPTH + " deep");
    }
    outer[depth++] = steps;
    steps = 0;
    at++;
  }

  private void close() {
    // Two more steps keep the group's place in the text.
    long group = steps + 2;
    steps = depth > 0 ? outer[--depth] : 0;
    add(group);
    at++;
  }

  private void characterClass() {
    at++;
    if (at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    // A bracket that comes first is one of the characters.
    int first = at;
    while (at < regex.length() && (regex.charAt(at) != ']' || at == first)) {
      if (regex.startsWith("[:", at) && regex.indexOf(":]", at) > 0) {
        at = regex.indexOf(":]", at) + 1;
      } else if (regex.charAt(at) == '\\') {
        at++;
      }
      at++;
    }
    at++;
    add(1);
  }

  private void count() {
    int end = regex.indexOf('}', at);
    long times = end < 0 ? 0 : largest(regex.substring(at + 1, end));
    if (times > 0) {
      long once = last;
      steps -= once;
      add(once * times);
      at = end + 1;
    } else {
      add(1);
      at++;
    }
  }

  /** The larger number of a count such as {@code 2,5}; 0 if it is none. */
  private static long largest(String count) {
    if (!count.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
      return 0;
    }
    long most = 1;
    for (String number : count.split(",")) {
      most = Math.max(most, Long.parseLong(number));
    }
    return most;
  }

  private void escape() {
    if (regex.startsWith("\\Q", at)) {
      int end = regex.indexOf("\\E", at);
      int stop = end < 0 ? regex.length() : end + 2;
      add(1);
      steps += stop - at;
      at = stop;
      return;
    }
    boolean named =
        regex.startsWith("x{", at + 1)
            || regex.startsWith("p{", at + 1)
            || regex.startsWith("P{", at + 1);
    int end = named ? regex.indexOf('}', at) : -1;
    add(1);
    at = end < 0 ? at + 2 : end + 1;
  }
}
