package io.phalanx.node.breaker;

import io.phalanx.node.breaker.ExpressionLexer.Kind;
import io.phalanx.node.breaker.ExpressionLexer.Token;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an expression. Comparisons bind closer than {@code &&}, and that closer than {@code ||}, as
 * in Go.
 */
final class ExpressionParser {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_DEPTH = 100;

  /** Each is measured for every answer. */
  private static final int MAX_QUANTITIES = 30;

  private static final String NETWORK_ERRORS = "NetworkErrorRatio";
  private static final String STATUSES = "ResponseCodeRatio";
  private static final String LATENCY = "LatencyAtQuantileMS";
  private static final List<String> FUNCTIONS = List.of(NETWORK_ERRORS, STATUSES, LATENCY);

  /** What stands at a place. */
  private sealed interface Part {
    record Whole(Condition condition) implements Part {}

    record Asked(Quantity quantity) implements Part {}

    record Numeral(Token token) implements Part {}
  }

  private final List<Token> tokens;
  private final List<Quantity> quantities = new ArrayList<>();
  private int at;
  private int depth;

  ExpressionParser(String text) throws ExpressionException {
    if (text.length() > MAX_LENGTH) {
      throw new ExpressionException("an expression has at most " + MAX_LENGTH + " characters");
    }
    this.tokens = ExpressionLexer.tokens(text);
  }

  List<Quantity> quantities() {
    return quantities;
  }

  Condition parse() throws ExpressionException {
    if (peek().kind() == Kind.END) {
      throw new ExpressionException(
          "an expression must not be empty; one is NetworkErrorRatio() > 0.3");
    }
    Condition whole = condition(or(), 0);
    if (peek().kind() != Kind.END) {
      throw expected("&&, || or the end");
    }
    return whole;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take(Kind kind, String what) throws ExpressionException {
    if (peek().kind() != kind) {
      throw expected(what);
    }
    return tokens.get(at++);
  }

  private ExpressionException expected(String what) {
    String text = peek().text();
    String found = text.length() <= 50 ? text : text.substring(0, 50) + "...";
    return ExpressionException.at(peek().position(), "expected " + what + ", found " + found);
  }

  private static Condition condition(Part part, int position) throws ExpressionException {
    return switch (part) {
      case Part.Whole(Condition condition) -> condition;
      case Part.Asked(Quantity quantity) ->
          throw ExpressionException.at(
              position,
              quantity.text()
                  + " has to be compared with a number, as in "
                  + quantity.text()
                  + " > "
                  + example(quantity));
      case Part.Numeral(Token number) ->
          throw ExpressionException.at(
              number.position(), number.text() + " stands where a comparison is expected");
    };
  }

  private static String example(Quantity quantity) {
    return quantity instanceof Quantity.LatencyAtQuantileMs ? "100" : "0.3";
  }

  private Part or() throws ExpressionException {
    int start = peek().position();
    Part left = and();
    while (peek().kind() == Kind.OR) {
      Condition before = condition(left, start);
      at++;
      int behind = peek().position();
      left = new Part.Whole(new Condition.Or(before, condition(and(), behind)));
    }
    return left;
  }

  private Part and() throws ExpressionException {
    int start = peek().position();
    Part left = comparison();
    while (peek().kind() == Kind.AND) {
      Condition before = condition(left, start);
      at++;
      int behind = peek().position();
      left = new Part.Whole(new Condition.And(before, condition(comparison(), behind)));
    }
    return left;
  }

  private Part comparison() throws ExpressionException {
    int start = peek().position();
    Part left = single();
    while (peek().kind() == Kind.COMPARISON) {
      Token sign = tokens.get(at++);
      if (!(left instanceof Part.Asked(Quantity quantity))) {
        throw ExpressionException.at(
            start, "what stands before " + sign.text() + " is one of " + functions());
      }
      if (!(single() instanceof Part.Numeral(Token number))) {
        throw ExpressionException.at(
            sign.position() + sign.text().length(),
            quantity.text() + " is compared with a number, as in > " + example(quantity));
      }
      left =
          new Part.Whole(
              new Condition.Compared(
                  quantity, Comparison.of(sign.text()), bound(quantity, number)));
    }
    return left;
  }

  private static double bound(Quantity quantity, Token number) throws ExpressionException {
    return switch (quantity) {
      case Quantity.LatencyAtQuantileMs _ -> integer(number, "milliseconds");
      case Quantity.NetworkErrorRatio _, Quantity.ResponseCodeRatio _ -> decimal(number, "a ratio");
    };
  }

  private static int integer(Token number, String what) throws ExpressionException {
    if (number.kind() != Kind.INTEGER) {
      throw ExpressionException.at(
          number.position(), what + " are whole numbers, not " + number.text());
    }
    try {
      return Integer.parseInt(number.text());
    } catch (NumberFormatException _) {
      throw ExpressionException.at(number.position(), number.text() + " is too large");
    }
  }

  private static double decimal(Token number, String what) throws ExpressionException {
    if (number.kind() != Kind.DECIMAL) {
      throw ExpressionException.at(
          number.position(),
          "%s is written with a decimal point: %s.0, not %2$s".formatted(what, number.text()));
    }
    return Double.parseDouble(number.text());
  }

  private Part single() throws ExpressionException {
    return switch (peek().kind()) {
      case INTEGER, DECIMAL -> new Part.Numeral(tokens.get(at++));
      case NAME -> new Part.Asked(quantity());
      case OPEN -> {
        if (++depth > MAX_DEPTH) {
          throw ExpressionException.at(
              peek().position(), "an expression is nested at most " + MAX_DEPTH + " deep");
        }
        at++;
        Part inner = or();
        take(Kind.CLOSE, ")");
        depth--;
        yield inner;
      }
      case AND, OR, COMPARISON, CLOSE, COMMA, END -> throw expected(functions());
    };
  }

  private static String functions() {
    return String.join("(), ", FUNCTIONS) + "()";
  }

  private Quantity quantity() throws ExpressionException {
    Token name = take(Kind.NAME, "a function");
    if (!FUNCTIONS.contains(name.text())) {
      throw ExpressionException.at(
          name.position(),
          "unknown function " + name.text() + DidYouMean.among(name.text(), FUNCTIONS));
    }
    take(Kind.OPEN, "( behind " + name.text());
    var arguments = new ArrayList<Token>();
    while (peek().kind() != Kind.CLOSE) {
      if (!arguments.isEmpty()) {
        take(Kind.COMMA, ", or )");
      }
      arguments.add(
          peek().kind() == Kind.DECIMAL ? tokens.get(at++) : take(Kind.INTEGER, "a number"));
    }
    take(Kind.CLOSE, ")");
    Quantity quantity = quantity(name, arguments);
    quantities.add(quantity);
    if (quantities.size() > MAX_QUANTITIES) {
      throw ExpressionException.at(
          name.position(), "an expression has at most " + MAX_QUANTITIES + " functions");
    }
    return quantity;
  }

  private static Quantity quantity(Token name, List<Token> arguments) throws ExpressionException {
    return switch (name.text()) {
      case STATUSES -> {
        requireCount(name, arguments, 4, "ResponseCodeRatio(500, 600, 0, 600)");
        yield new Quantity.ResponseCodeRatio(
            integer(arguments.get(0), "statuses"),
            integer(arguments.get(1), "statuses"),
            integer(arguments.get(2), "statuses"),
            integer(arguments.get(3), "statuses"));
      }
      case LATENCY -> {
        requireCount(name, arguments, 1, "LatencyAtQuantileMS(50.0)");
        yield new Quantity.LatencyAtQuantileMs(decimal(arguments.getFirst(), "a percentage"));
      }
      default -> {
        requireCount(name, arguments, 0, "NetworkErrorRatio()");
        yield new Quantity.NetworkErrorRatio();
      }
    };
  }

  private static void requireCount(Token name, List<Token> arguments, int count, String example)
      throws ExpressionException {
    if (arguments.size() != count) {
      throw ExpressionException.at(
          name.position(),
          "%s takes %s, not %d, as in %s"
              .formatted(
                  name.text(),
                  count == 0 ? "nothing" : count == 1 ? "one number" : count + " numbers",
                  arguments.size(),
                  example));
    }
  }
}
