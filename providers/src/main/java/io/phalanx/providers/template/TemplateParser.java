package io.phalanx.providers.template;

import io.phalanx.providers.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a template into parts. */
final class TemplateParser {
  private static final int MAX_DEPTH = 100;

  /** What ended a block: {@code end}, or an {@code else} with what follows it. */
  private record Ending(Token keyword, Optional<ExpressionParser> elseIf) {}

  private record Block(List<Part> parts, Ending ending) {}

  private final String source;
  private int at;
  private int line = 1;
  private int depth;
  private boolean trimNext;

  TemplateParser(String source) {
    this.source = source;
  }

  List<Part> parse() throws TemplateException {
    return block(Optional.empty()).parts();
  }

  private Block block(Optional<Token> opener) throws TemplateException {
    enter();
    var parts = new ArrayList<Part>();
    while (true) {
      int open = source.indexOf("{{", at);
      addText(parts, open < 0 ? source.length() : open, open);
      if (open < 0) {
        if (opener.isPresent()) {
          throw new TemplateException(opener.get().line(), opener.get().text() + " has no end");
        }
        depth--;
        return new Block(
            List.copyOf(parts), new Ending(new Token(Kind.END, "", line), Optional.empty()));
      }
      Optional<Ending> ending = action(parts, open, opener);
      if (ending.isPresent()) {
        depth--;
        return new Block(List.copyOf(parts), ending.get());
      }
    }
  }

  private void enter() throws TemplateException {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException(line, "blocks are nested too deeply");
    }
  }

  private void addText(List<Part> parts, int end, int action) {
    String text = source.substring(at, end);
    line += (int) text.chars().filter(c -> c == '\n').count();
    if (trimNext) {
      text = text.stripLeading();
    }
    if (action >= 0 && isTrimMarkerAt(action + 2)) {
      text = text.stripTrailing();
    }
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
    trimNext = false;
    at = end;
  }

  private boolean isTrimMarkerAt(int index) {
    return source.startsWith("-", index)
        && index + 1 < source.length()
        && Character.isWhitespace(source.charAt(index + 1));
  }

  private Optional<Ending> action(List<Part> parts, int open, Optional<Token> opener)
      throws TemplateException {
    int start = open + 2 + (isTrimMarkerAt(open + 2) ? 1 : 0);
    int close = closingBraces(start);
    String inner = source.substring(start, close);
    at = close + 2;
    int actionLine = line;
    line += (int) inner.chars().filter(c -> c == '\n').count();
    if (inner.endsWith("-")
        && inner.length() > 1
        && Character.isWhitespace(inner.charAt(inner.length() - 2))) {
      inner = inner.substring(0, inner.length() - 1);
      trimNext = true;
    }
    if (inner.strip().startsWith("/*")) {
      return Optional.empty();
    }
    var words = new ExpressionParser(ActionLexer.tokens(inner, actionLine));
    Token first = words.peek();
    if (first.kind() != Kind.WORD) {
      parts.add(plain(words));
      return Optional.empty();
    }
    switch (first.text()) {
      case "if" -> parts.add(ifBlock(keyword(words), words));
      case "with" -> parts.add(withBlock(keyword(words), words));
      case "range" -> parts.add(rangeBlock(keyword(words), words));
      case "end", "else" -> {
        Token keyword = keyword(words);
        if (opener.isEmpty()) {
          throw new TemplateException(
              keyword.line(), keyword.text() + " without if, range or with");
        }
        return Optional.of(ending(keyword, words));
      }
      case "define", "template", "block", "break", "continue" ->
          throw new TemplateException(first.line(), first.text() + " is not supported");
      default -> parts.add(new Part.Print(words.pipelineToEnd()));
    }
    return Optional.empty();
  }

  /** The position of the braces that close an action; those inside quoted text do not count. */
  private int closingBraces(int start) throws TemplateException {
    if (source.substring(start, Math.min(source.length(), start + 16)).strip().startsWith("/*")) {
      int end = source.indexOf("*/", start);
      int close = end < 0 ? -1 : source.indexOf("}}", end);
      if (close >= 0) {
        return close;
      }
    } else {
      char quote = 0;
      boolean escaped = false;
      for (int i = start; i + 1 < source.length(); i++) {
        char c = source.charAt(i);
        if (quote != 0) {
          quote = c == quote && !escaped ? 0 : quote;
          escaped = c == '\\' && quote == '"' && !escaped;
        } else if (c == '"' || c == '`') {
          quote = c;
        } else if (c == '}' && source.charAt(i + 1) == '}') {
          return i;
        }
      }
    }
    throw new TemplateException(line, "{{ is not closed");
  }

  private static Token keyword(ExpressionParser words) {
    return words.next();
  }

  private static Ending ending(Token keyword, ExpressionParser rest) throws TemplateException {
    boolean elseIf = keyword.isWord("else") && rest.peek().isWord("if");
    if (elseIf) {
      rest.next();
    } else if (rest.peek().kind() != Kind.END) {
      throw new TemplateException(
          keyword.line(), "unexpected " + rest.peek().shown() + " after " + keyword.text());
    }
    return new Ending(keyword, elseIf ? Optional.of(rest) : Optional.empty());
  }

  private static Part plain(ExpressionParser words) throws TemplateException {
    if (words.peek().kind() == Kind.VARIABLE && words.peekSecond().kind() == Kind.ASSIGN) {
      Token name = words.next();
      boolean declares = words.next().text().equals(":=");
      return new Part.Assign(name.text(), declares, words.pipelineToEnd(), name.line());
    }
    return new Part.Print(words.pipelineToEnd());
  }

  private Part ifBlock(Token keyword, ExpressionParser words) throws TemplateException {
    Expression condition = words.pipelineToEnd();
    Block then = block(Optional.of(keyword));
    return new Part.If(condition, then.parts(), otherwise(keyword, then.ending()));
  }

  private List<Part> otherwise(Token opener, Ending ending) throws TemplateException {
    if (ending.elseIf().isPresent()) {
      enter();
      Part elseIf = ifBlock(opener, ending.elseIf().get());
      depth--;
      return List.of(elseIf);
    }
    if (!ending.keyword().isWord("else")) {
      return List.of();
    }
    Block otherwise = block(Optional.of(opener));
    if (!otherwise.ending().keyword().isWord("end")) {
      throw new TemplateException(otherwise.ending().keyword().line(), "a second else");
    }
    return otherwise.parts();
  }

  private Part withBlock(Token keyword, ExpressionParser words) throws TemplateException {
    Optional<String> variable = declared(words);
    Expression value = words.pipelineToEnd();
    Block then = block(Optional.of(keyword));
    return new Part.With(variable, value, then.parts(), otherwise(keyword, then.ending()));
  }

  private Part rangeBlock(Token keyword, ExpressionParser words) throws TemplateException {
    Optional<String> key = Optional.empty();
    if (words.peek().kind() == Kind.VARIABLE && words.peekSecond().kind() == Kind.COMMA) {
      key = Optional.of(words.next().text());
      words.next();
    }
    Optional<String> item = declared(words);
    if (key.isPresent() && item.isEmpty()) {
      throw new TemplateException(keyword.line(), "range needs := behind its two variables");
    }
    Expression value = words.pipelineToEnd();
    Block body = block(Optional.of(keyword));
    return new Part.Range(key, item, value, body.parts(), otherwise(keyword, body.ending()));
  }

  private static Optional<String> declared(ExpressionParser words) {
    if (words.peek().kind() == Kind.VARIABLE && words.peekSecond().kind() == Kind.ASSIGN) {
      String name = words.next().text();
      words.next();
      return Optional.of(name);
    }
    return Optional.empty();
  }
}
