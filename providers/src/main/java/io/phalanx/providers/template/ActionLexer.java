package io.phalanx.providers.template;

import io.phalanx.providers.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Splits the inside of one {@code {{ }}} into tokens. */
final class ActionLexer {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int line;
  private int at;

  private ActionLexer(String text, int line) {
    this.text = text;
    this.line = line;
  }

  static List<Token> tokens(String text, int line) throws TemplateException {
    var lexer = new ActionLexer(text, line);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws TemplateException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        line += c == '\n' ? 1 : 0;
        at++;
      } else {
        next(c);
      }
    }
    add(Kind.END, "");
  }

  private void next(char c) throws TemplateException {
    switch (c) {
      case '|' -> single(Kind.PIPE);
      case '(' -> single(Kind.OPEN);
      case ')' -> {
        at++;
        add(Kind.CLOSE, attachedPath());
      }
      case ',' -> single(Kind.COMMA);
      case '"' -> quoted();
      case '`' -> raw();
      case '.' -> add(Kind.FIELD, path());
      case '$' -> {
        String name = word();
        String path = attachedPath();
        add(Kind.VARIABLE, path.isEmpty() ? name : name + '.' + path);
      }
      case '=' -> single(Kind.ASSIGN);
      case ':' -> {
        if (!text.startsWith(":=", at)) {
          throw unexpected();
        }
        at += 2;
        add(Kind.ASSIGN, ":=");
      }
      default -> {
        if (Character.isDigit(c)
            || ((c == '-' || c == '+')
                && at + 1 < text.length()
                && Character.isDigit(text.charAt(at + 1)))) {
          number();
        } else if (Character.isLetter(c) || c == '_') {
          add(Kind.WORD, word());
        } else {
          throw unexpected();
        }
      }
    }
  }

  private TemplateException unexpected() {
    return new TemplateException(line, "unexpected character '" + text.charAt(at) + "'");
  }

  private void add(Kind kind, String value) {
    tokens.add(new Token(kind, value, line));
  }

  private void single(Kind kind) {
    add(kind, String.valueOf(text.charAt(at)));
    at++;
  }

  private String path() {
    int start = ++at;
    while (at < text.length() && (isWordCharacter(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    return text.substring(start, at);
  }

  /**
   * A path that follows without a blank belongs to what is in front of it; one after a blank is a
   * value of its own.
   */
  private String attachedPath() {
    return at < text.length() && text.charAt(at) == '.' ? path() : "";
  }

  private String word() {
    int start = at++;
    while (at < text.length() && isWordCharacter(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isWordCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void number() {
    int start = at++;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    add(Kind.NUMBER, text.substring(start, at));
  }

  private void raw() throws TemplateException {
    int end = text.indexOf('`', at + 1);
    if (end < 0) {
      throw new TemplateException(line, "a back-quoted text is not closed");
    }
    String value = text.substring(at + 1, end);
    add(Kind.STRING, value);
    line += (int) value.chars().filter(c -> c == '\n').count();
    at = end + 1;
  }

  private void quoted() throws TemplateException {
    var value = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      char c = text.charAt(at++);
      if (c != '\\') {
        value.append(c);
      } else if (at < text.length()) {
        value.append(unescaped(text.charAt(at++)));
      }
    }
    if (at >= text.length() || text.charAt(at) != '"') {
      throw new TemplateException(line, "a quoted text is not closed");
    }
    at++;
    add(Kind.STRING, value.toString());
  }

  private char unescaped(char c) throws TemplateException {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '"', '\\', '\'' -> c;
      default -> throw new TemplateException(line, "unknown escape \\" + c + " in a quoted text");
    };
  }
}
