package io.phalanx.node.buffering;

import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a request is sent again for its answer: {@code IsNetworkError()}, {@code Attempts()}, {@code
 * ResponseCode()} and {@code RequestMethod()}, compared and joined by {@code &&} and {@code ||}.
 * The language is Traefik's.
 */
public final class RetryExpression {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_DEPTH = 100;
  private static final List<String> FUNCTIONS =
      List.of("IsNetworkError", "Attempts", "ResponseCode", "RequestMethod");
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:([A-Za-z]\\w*)\\(\\s*\\)|(\\d{1,9})|\"([^\"]*)\"|(&&|\\|\\||<=|>=|==|!=|<|>|\\(|\\)))");

  /** What came of an attempt. */
  public record Outcome(int attempts, int status, String method) {
    boolean isNetworkError() {
      return status == 502 || status == 504;
    }
  }

  /** Whether it holds for what came. */
  private interface Condition {
    boolean holds(Outcome outcome);
  }

  private record Token(String function, String number, String text, String sign, int position) {
    boolean is(String wanted) {
      return sign.equals(wanted);
    }
  }

  private final List<Token> tokens;
  private int at;
  private int depth;
  private final Condition condition;

  private RetryExpression(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("it has more than " + MAX_LENGTH + " characters");
    }
    this.tokens = tokens(text);
    this.condition = or();
    if (at < tokens.size() - 1) {
      throw expected("&&, || or the end");
    }
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is none; the message tells where it goes wrong
   */
  public static RetryExpression parse(String text) {
    return new RetryExpression(text);
  }

  public boolean holds(Outcome outcome) {
    return condition.holds(outcome);
  }

  private static List<Token> tokens(String text) {
    var tokens = new ArrayList<Token>();
    Matcher matcher = TOKEN.matcher(text);
    int position = 0;
    while (matcher.region(position, text.length()).lookingAt()) {
      tokens.add(
          new Token(
              given(matcher, 1),
              given(matcher, 2),
              given(matcher, 3),
              given(matcher, 4),
              position));
      position = matcher.end();
    }
    if (!text.substring(position).isBlank()) {
      throw new IllegalArgumentException(
          "at character %d: \"%s\" is not understood"
              .formatted(position + 1, text.substring(position).strip()));
    }
    tokens.add(new Token("", "", "", "the end", position));
    return tokens;
  }

  private static String given(Matcher matcher, int group) {
    String found = matcher.group(group);
    return found == null ? "" : found;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    return tokens.get(at++);
  }

  private IllegalArgumentException expected(String what) {
    return new IllegalArgumentException(
        "at character %d: expected %s".formatted(peek().position() + 1, what));
  }

  private Condition or() {
    Condition left = and();
    while (peek().is("||")) {
      at++;
      Condition before = left;
      Condition behind = and();
      left = outcome -> before.holds(outcome) || behind.holds(outcome);
    }
    return left;
  }

  private Condition and() {
    Condition left = single();
    while (peek().is("&&")) {
      at++;
      Condition before = left;
      Condition behind = single();
      left = outcome -> before.holds(outcome) && behind.holds(outcome);
    }
    return left;
  }

  private Condition single() {
    if (peek().is("(")) {
      if (++depth > MAX_DEPTH) {
        throw expected("fewer parentheses");
      }
      at++;
      Condition inner = or();
      if (!peek().is(")")) {
        throw expected(")");
      }
      at++;
      depth--;
      return inner;
    }
    String function = peek().function();
    return switch (function) {
      case "IsNetworkError" -> {
        at++;
        yield Outcome::isNetworkError;
      }
      case "RequestMethod" -> {
        at++;
        yield text();
      }
      case "Attempts", "ResponseCode" -> {
        at++;
        yield number(function.equals("Attempts"));
      }
      default ->
          throw expected(
              String.join("(), ", FUNCTIONS)
                  + "()"
                  + (function.isEmpty() ? "" : DidYouMean.among(function, FUNCTIONS)));
    };
  }

  private Condition text() {
    String sign = peek().sign();
    if (!sign.equals("==") && !sign.equals("!=")) {
      throw expected("== or !=, as in RequestMethod() == \"GET\"");
    }
    at++;
    if (peek().sign().isEmpty() && peek().function().isEmpty() && peek().number().isEmpty()) {
      String wanted = next().text();
      boolean equal = sign.equals("==");
      return outcome -> outcome.method().equals(wanted) == equal;
    }
    throw expected("a text in quotes");
  }

  private Condition number(boolean ofAttempts) {
    String sign = peek().sign();
    if (!List.of("<", "<=", ">", ">=", "==", "!=").contains(sign)) {
      throw expected(
          "a comparison, as in " + (ofAttempts ? "Attempts() < 3" : "ResponseCode() == 503"));
    }
    at++;
    if (peek().number().isEmpty()) {
      throw expected("a whole number");
    }
    int bound = Integer.parseInt(next().number());
    return outcome -> {
      int value = ofAttempts ? outcome.attempts() : outcome.status();
      return switch (sign) {
        case "<" -> value < bound;
        case "<=" -> value <= bound;
        case ">" -> value > bound;
        case ">=" -> value >= bound;
        case "==" -> value == bound;
        default -> value != bound;
      };
    };
  }
}
