package io.phalanx.node.rule;

import java.util.ArrayList;
import java.util.List;

/** Splits a rule into names, texts and signs. */
final class RuleLexer {
  enum Kind {
    NAME,
    TEXT,
    AND,
    OR,
    NOT,
    OPEN,
    CLOSE,
    COMMA,
    END
  }

  /**
   * @param text of a name or, decoded, of a quoted text; else the sign itself
   * @param position from 1
   */
  record Token(Kind kind, String text, int position) {}

  private final String rule;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private RuleLexer(String rule) {
    this.rule = rule;
  }

  static List<Token> tokens(String rule) throws RuleSyntaxException {
    var lexer = new RuleLexer(rule);
    while (lexer.at < rule.length()) {
      if (Character.isWhitespace(rule.charAt(lexer.at))) {
        lexer.at++;
      } else {
        lexer.next();
      }
    }
    lexer.add(Kind.END, "the end of the rule", rule.length());
    return lexer.tokens;
  }

  private void add(Kind kind, String text, int start) {
    tokens.add(new Token(kind, text, start + 1));
  }

  private void next() throws RuleSyntaxException {
    int start = at;
    char c = rule.charAt(at);
    switch (c) {
      case '(' -> sign(Kind.OPEN, "(");
      case ')' -> sign(Kind.CLOSE, ")");
      case ',' -> sign(Kind.COMMA, ",");
      case '!' -> sign(Kind.NOT, "!");
      case '&' -> sign(Kind.AND, "&&");
      case '|' -> sign(Kind.OR, "||");
      case '`' -> {
        int end = rule.indexOf('`', at + 1);
        if (end < 0) {
          throw error(start, "a text in back-quotes is not closed");
        }
        at = end + 1;
        add(Kind.TEXT, rule.substring(start + 1, end), start);
      }
      case '"' -> add(Kind.TEXT, quoted(), start);
      default -> {
        if (!Character.isLetter(c)) {
          throw error(start, "unexpected '" + c + "'");
        }
        while (at < rule.length() && Character.isLetterOrDigit(rule.charAt(at))) {
          at++;
        }
        add(Kind.NAME, rule.substring(start, at), start);
      }
    }
  }

  private void sign(Kind kind, String sign) throws RuleSyntaxException {
    if (!rule.startsWith(sign, at)) {
      throw error(at, "expected " + sign);
    }
    add(kind, sign, at);
    at += sign.length();
  }

  /** A text in double quotes, with Go's escapes. */
  private String quoted() throws RuleSyntaxException {
    int start = at++;
    var text = new StringBuilder();
    while (at < rule.length() && rule.charAt(at) != '"') {
      char c = rule.charAt(at++);
      if (c == '\n') {
        break;
      }
      text.append(c == '\\' && at < rule.length() ? escaped() : String.valueOf(c));
    }
    if (at >= rule.length() || rule.charAt(at) != '"') {
      throw error(start, "a text in double quotes is not closed");
    }
    at++;
    return text.toString();
  }

  private String escaped() throws RuleSyntaxException {
    char c = rule.charAt(at++);
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '"', '\\' -> String.valueOf(c);
      case 'x' -> codePoint(2);
      case 'u' -> codePoint(4);
      default -> throw error(at - 2, "unknown escape \\" + c);
    };
  }

  private String codePoint(int digits) throws RuleSyntaxException {
    if (at + digits > rule.length() || !rule.substring(at, at + digits).matches("[0-9a-fA-F]+")) {
      throw error(at - 2, "an escape needs " + digits + " hexadecimal digits");
    }
    String text = Character.toString(Integer.parseInt(rule, at, at + digits, 16));
    at += digits;
    return text;
  }

  private static RuleSyntaxException error(int position, String message) {
    return new RuleSyntaxException("at character " + (position + 1) + ": " + message);
  }
}
