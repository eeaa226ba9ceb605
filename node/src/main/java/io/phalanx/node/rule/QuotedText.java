package io.phalanx.node.rule;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A text in double quotes with the escapes of Go's string literals. {@code \x} and octal escapes
 * are bytes, which together with their neighbours may be one character of UTF-8.
 */
final class QuotedText {
  private final String rule;
  private final int start;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int at;

  private QuotedText(String rule, int start) {
    this.rule = rule;
    this.start = start;
    this.at = start + 1;
  }

  /** Reads the text whose opening quote is at {@code start}. */
  static QuotedText read(String rule, int start) throws RuleSyntaxException {
    var text = new QuotedText(rule, start);
    while (text.next() != '"') {
      text.character();
    }
    text.at++;
    return text;
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The place behind the closing quote. */
  int end() {
    return at;
  }

  private char next() throws RuleSyntaxException {
    if (at >= rule.length() || rule.charAt(at) == '\n') {
      throw RuleSyntaxException.at(start, "a text in double quotes is not closed");
    }
    return rule.charAt(at);
  }

  private void character() throws RuleSyntaxException {
    int codePoint = rule.codePointAt(at);
    at += Character.charCount(codePoint);
    if (codePoint == '\\') {
      escape();
    } else {
      write(codePoint);
    }
  }

  private void write(int codePoint) {
    bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
  }

  private void escape() throws RuleSyntaxException {
    char c = next();
    at++;
    switch (c) {
      case 'a' -> bytes.write('\u0007');
      case 'b' -> bytes.write('\b');
      case 'f' -> bytes.write('\f');
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case 'v' -> bytes.write('\u000b');
      case '"', '\\' -> bytes.write(c);
      case 'x' -> bytes.write(number(2, 16, 0xff));
      case 'u' -> write(codePoint(4));
      case 'U' -> write(codePoint(8));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        bytes.write(number(3, 8, 0xff));
      }
      default -> throw RuleSyntaxException.at(at - 2, "unknown escape \\" + c);
    }
  }

  private int codePoint(int digits) throws RuleSyntaxException {
    int value = number(digits, 16, Character.MAX_CODE_POINT);
    if (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
      throw RuleSyntaxException.at(at - digits - 2, "an escape is no character");
    }
    return value;
  }

  private int number(int digits, int radix, int largest) throws RuleSyntaxException {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(next(), radix);
      if (digit < 0 || rule.charAt(at) > 'f') {
        throw RuleSyntaxException.at(at, "an escape needs " + digits + " digits");
      }
      value = value * radix + digit;
      at++;
    }
    if (value > largest) {
      throw RuleSyntaxException.at(at - digits, "an escape is no character");
    }
    return (int) value;
  }
}
