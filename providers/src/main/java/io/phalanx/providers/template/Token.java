package io.phalanx.providers.template;

/**
 * One word of an action.
 *
 * @param text for strings the decoded text, for fields the path without the leading dot, for
 *     variables the name with the dollar sign and its path, for closing parentheses the path behind
 *     them
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    WORD,
    FIELD,
    VARIABLE,
    STRING,
    NUMBER,
    PIPE,
    OPEN,
    CLOSE,
    ASSIGN,
    COMMA,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  String shown() {
    return switch (kind) {
      case END -> "the end of the action";
      case CLOSE -> "\")\"";
      case FIELD -> "\"." + text + '"';
      case WORD, VARIABLE, STRING, NUMBER, PIPE, OPEN, ASSIGN, COMMA -> "\"" + text + '"';
    };
  }
}
