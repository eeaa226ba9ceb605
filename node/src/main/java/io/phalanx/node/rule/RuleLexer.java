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
   * @param position from 0
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
    tokens.add(new Token(kind, text, start));
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
          throw RuleSyntaxException.at(start, "a text in back-quotes is not closed");
        }
        at = end + 1;
        // As in Go, whose expressions rules are, a carriage return does not count.
        add(Kind.TEXT, rule.substring(start + 1, end).replace("\r", ""), start);
      }
      case '"' -> {
        QuotedText quoted = QuotedText.read(rule, start);
        at = quoted.end();
        add(Kind.TEXT, quoted.text(), start);
      }
      default -> {
        if (!Character.isLetter(c)) {
          throw RuleSyntaxException.at(start, "unexpected '" + c + "'");
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
      throw RuleSyntaxException.at(at, "expected " + sign);
    }
    add(kind, sign, at);
    at += sign.length();
  }
}
