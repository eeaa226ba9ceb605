package io.phalanx.node.rule;

import io.phalanx.node.rule.RuleLexer.Kind;
import io.phalanx.node.rule.RuleLexer.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the tokens of a rule.
 *
 * @param <C> what it comes to
 */
final class RuleParser<C> {
  private static final int MAX_DEPTH = 100;

  private final Grammar<C> grammar;
  private final List<Token> tokens;
  private int at;
  private int depth;

  RuleParser(Grammar<C> grammar, List<Token> tokens) {
    this.grammar = grammar;
    this.tokens = tokens;
  }

  C parse() throws RuleSyntaxException {
    if (peek().kind() == Kind.END) {
      throw new RuleSyntaxException("a rule must not be empty");
    }
    C rule = or();
    if (peek().kind() != Kind.END) {
      throw expected("&&, || or the end");
    }
    return rule;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take(Kind kind, String what) throws RuleSyntaxException {
    if (peek().kind() != kind) {
      throw expected(what);
    }
    return tokens.get(at++);
  }

  private RuleSyntaxException expected(String what) {
    return RuleSyntaxException.at(
        peek().position(), "expected " + what + ", found " + shortened(peek().text()));
  }

  private static String shortened(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "...";
  }

  private C or() throws RuleSyntaxException {
    var any = new ArrayList<C>();
    any.add(and());
    while (peek().kind() == Kind.OR) {
      at++;
      any.add(and());
    }
    return any.size() == 1 ? any.getFirst() : grammar.anyOf(any);
  }

  private C and() throws RuleSyntaxException {
    var all = new ArrayList<C>();
    all.add(unary());
    while (peek().kind() == Kind.AND) {
      at++;
      all.add(unary());
    }
    return all.size() == 1 ? all.getFirst() : grammar.allOf(all);
  }

  private C unary() throws RuleSyntaxException {
    if (++depth > MAX_DEPTH) {
      throw RuleSyntaxException.at(
          peek().position(), "a rule is nested at most " + MAX_DEPTH + " deep");
    }
    C condition =
        switch (peek().kind()) {
          case NOT -> {
            at++;
            yield grammar.not(unary());
          }
          case OPEN -> {
            at++;
            C inner = or();
            take(Kind.CLOSE, ")");
            yield inner;
          }
          case NAME -> matcher();
          case TEXT, AND, OR, CLOSE, COMMA, END ->
              throw expected("a matcher such as " + grammar.example());
        };
    depth--;
    return condition;
  }

  private C matcher() throws RuleSyntaxException {
    Token name = take(Kind.NAME, "a matcher");
    take(Kind.OPEN, "(");
    var arguments = new ArrayList<String>();
    while (peek().kind() != Kind.CLOSE) {
      arguments.add(take(Kind.TEXT, "a text in back-quotes or double quotes").text());
      if (peek().kind() != Kind.CLOSE) {
        take(Kind.COMMA, ", or )");
      }
    }
    take(Kind.CLOSE, ")");
    return grammar.matcher(name, arguments);
  }
}
