package io.phalanx.providers.template;

import io.phalanx.providers.template.Token.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads pipelines: calls, each of which gets the value before it as its last argument. */
final class ExpressionParser {
  private static final int MAX_DEPTH = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  Expression pipelineToEnd() throws TemplateException {
    Expression value = pipeline();
    if (peek().kind() != Kind.END) {
      throw new TemplateException(peek().line(), "unexpected " + peek().shown());
    }
    return value;
  }

  private Expression pipeline() throws TemplateException {
    int outside = depth;
    enter();
    Expression value = command();
    while (peek().kind() == Kind.PIPE) {
      Token pipe = next();
      enter();
      if (!(command()
          instanceof Expression.Call(String function, List<Expression> arguments, int line))) {
        throw new TemplateException(pipe.line(), "behind | a function is expected");
      }
      var all = new ArrayList<>(arguments);
      all.add(value);
      value = new Expression.Call(function, List.copyOf(all), line);
    }
    depth = outside;
    return value;
  }

  /** Each function of a pipeline takes the one before it as its argument, so that all nest. */
  private void enter() throws TemplateException {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException(peek().line(), "the pipeline is nested too deeply");
    }
  }

  private Expression command() throws TemplateException {
    Token first = peek();
    if (first.kind() != Kind.WORD || isConstant(first)) {
      return operand();
    }
    next();
    Functions.require(first);
    var arguments = new ArrayList<Expression>();
    while (startsOperand(peek())) {
      arguments.add(operand());
    }
    return new Expression.Call(first.text(), List.copyOf(arguments), first.line());
  }

  private static boolean startsOperand(Token token) {
    return switch (token.kind()) {
      case WORD, FIELD, VARIABLE, STRING, NUMBER, OPEN -> true;
      case PIPE, CLOSE, ASSIGN, COMMA, END -> false;
    };
  }

  private Expression operand() throws TemplateException {
    Token token = next();
    return switch (token.kind()) {
      case STRING -> new Expression.Literal(token.text());
      case NUMBER -> new Expression.Literal(number(token));
      case FIELD -> new Expression.Field(path(token.text()));
      case VARIABLE -> variable(token);
      case OPEN -> parenthesised(token);
      case WORD -> word(token);
      case PIPE, CLOSE, ASSIGN, COMMA, END ->
          throw new TemplateException(token.line(), "a value is expected, not " + token.shown());
    };
  }

  private Expression parenthesised(Token open) throws TemplateException {
    Expression inner = pipeline();
    Token close = next();
    if (close.kind() != Kind.CLOSE) {
      throw new TemplateException(open.line(), "a parenthesis is not closed");
    }
    return close.text().isEmpty() ? inner : new Expression.Member(inner, path(close.text()));
  }

  private static Expression variable(Token token) {
    int dot = token.text().indexOf('.');
    return dot < 0
        ? new Expression.Variable(token.text(), List.of(), token.line())
        : new Expression.Variable(
            token.text().substring(0, dot), path(token.text().substring(dot + 1)), token.line());
  }

  private static boolean isConstant(Token token) {
    return token.isWord("true") || token.isWord("false") || token.isWord("nil");
  }

  private static Expression word(Token token) throws TemplateException {
    if (isConstant(token)) {
      return new Expression.Literal(
          token.isWord("nil") ? Values.NOTHING : Boolean.valueOf(token.text()));
    }
    Functions.require(token);
    return new Expression.Call(token.text(), List.of(), token.line());
  }

  private static List<String> path(String dotted) {
    return dotted.isEmpty() ? List.of() : List.of(dotted.split("\\."));
  }

  private static Object number(Token token) throws TemplateException {
    try {
      return token.text().contains(".")
          ? (Object) new BigDecimal(token.text()).doubleValue()
          : Long.valueOf(token.text());
    } catch (NumberFormatException _) {
      throw new TemplateException(token.line(), token.shown() + " is not a number");
    }
  }
}
