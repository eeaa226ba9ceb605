package io.phalanx.node.breaker;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits an expression into names, numbers and signs. */
final class ExpressionLexer {
  enum Kind {
    NAME,
    INTEGER,
    DECIMAL,
    AND,
    OR,
    COMPARISON,
    OPEN,
    CLOSE,
    COMMA,
    END
  }

  /**
   * @param position from 0
   */
  record Token(Kind kind, String text, int position) {}

  private record Lexeme(Kind kind, Pattern pattern) {}

  /** Each tried in this order. Numbers are Go's, but for hexadecimal and the like. */
  private static final List<Lexeme> LEXEMES =
      List.of(
          new Lexeme(Kind.NAME, Pattern.compile("[A-Za-z_][A-Za-z_0-9]*")),
          new Lexeme(
              Kind.DECIMAL,
              Pattern.compile(
                  "(?:[0-9]+\\.[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+")),
          new Lexeme(Kind.INTEGER, Pattern.compile("[0-9]+")),
          new Lexeme(Kind.AND, Pattern.compile("&&")),
          new Lexeme(Kind.OR, Pattern.compile("\\|\\|")),
          new Lexeme(Kind.COMPARISON, Pattern.compile("<=|>=|==|!=|<|>")),
          new Lexeme(Kind.OPEN, Pattern.compile("\\(")),
          new Lexeme(Kind.CLOSE, Pattern.compile("\\)")),
          new Lexeme(Kind.COMMA, Pattern.compile(",")));

  private ExpressionLexer() {}

  static List<Token> tokens(String expression) throws ExpressionException {
    var tokens = new ArrayList<Token>();
    int at = 0;
    while (at < expression.length()) {
      if (Character.isWhitespace(expression.charAt(at))) {
        at++;
      } else {
        Token token = next(expression, at);
        tokens.add(token);
        at += token.text.length();
      }
    }
    tokens.add(new Token(Kind.END, "the end of the expression", expression.length()));
    return tokens;
  }

  private static Token next(String expression, int at) throws ExpressionException {
    for (Lexeme lexeme : LEXEMES) {
      Matcher matcher = lexeme.pattern.matcher(expression).region(at, expression.length());
      if (matcher.lookingAt()) {
        return new Token(lexeme.kind, matcher.group(), at);
      }
    }
    char c = expression.charAt(at);
    String instead =
        switch (c) {
          case '&' -> "; did you mean \"&&\"?";
          case '|' -> "; did you mean \"||\"?";
          case '=' -> "; did you mean \"==\"?";
          case '!' -> "; there is no negation, only !=";
          case '-' -> "; no number is below 0";
          default -> "";
        };
    throw ExpressionException.at(at, "unexpected '" + c + "'" + instead);
  }
}
