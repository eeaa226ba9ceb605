package io.phalanx.providers.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Compiles regular expressions that somebody else wrote: RE2 syntax, matched in linear time, and
 * bounded in what they cost to compile. RE2/J itself has no such bounds: {@code
 * ((a{1000}){1000}){1000}} takes all memory, and a few thousand parentheses the whole stack.
 */
public final class Regex {
  /** Characters of an expression at most. */
  public static final int MAX_LENGTH = 16 << 10;

  /** Steps of a compiled expression at most, about one for each character or class it holds. */
  public static final int MAX_STEPS = 20_000;

  /** Parentheses inside each other at most. */
  public static final int MAX_DEPTH = 200;

  private Regex() {}

  /**
   * @throws IllegalArgumentException if {@code regex} is no RE2 expression or is over a bound; the
   *     message says which, and does not repeat the expression beyond the part at fault
   */
  public static Pattern compile(String regex) {
    if (regex.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a regular expression has at most " + MAX_LENGTH + " characters");
    }
    RegexSize.check(regex);
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          e.getDescription() + ": \"" + e.getPattern() + "\" (regular expressions are RE2's)", e);
    }
  }
}
