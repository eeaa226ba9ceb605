package io.phalanx.providers.template;

import static io.phalanx.providers.template.Functions.function;

import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/** Comparison, logic and arithmetic. */
final class LogicFunctions {
  static final Map<String, Functions.Entry> ALL =
      Map.ofEntries(
          function(
              "eq",
              2,
              -1,
              values ->
                  values.subList(1, values.size()).stream()
                      .anyMatch(other -> same(values.getFirst(), other))),
          function("ne", 2, 2, values -> !same(values.get(0), values.get(1))),
          function("lt", 2, 2, values -> order(values) < 0),
          function("le", 2, 2, values -> order(values) <= 0),
          function("gt", 2, 2, values -> order(values) > 0),
          function("ge", 2, 2, values -> order(values) >= 0),
          function("and", 1, -1, List::getLast),
          function("or", 1, -1, List::getLast),
          function("not", 1, 1, values -> !Values.isTrue(values.getFirst())),
          function("default", 1, 2, LogicFunctions::orDefault),
          function("empty", 1, 1, values -> !Values.isTrue(values.getFirst())),
          function(
              "coalesce",
              1,
              -1,
              values -> values.stream().filter(Values::isTrue).findFirst().orElse(Values.NOTHING)),
          function(
              "ternary",
              3,
              3,
              values -> Values.isTrue(values.get(2)) ? values.get(0) : values.get(1)),
          function("int", 1, 1, values -> Values.whole(values.getFirst())),
          function("int64", 1, 1, values -> Values.whole(values.getFirst())),
          function("atoi", 1, 1, values -> Values.whole(values.getFirst())),
          function("add", 1, -1, values -> fold(values, Math::addExact)),
          function("add1", 1, 1, values -> Math.addExact(Values.whole(values.getFirst()), 1)),
          function("sub", 2, 2, values -> fold(values, Math::subtractExact)),
          function("mul", 1, -1, values -> fold(values, Math::multiplyExact)),
          function("div", 2, 2, values -> fold(values, (a, b) -> a / b)),
          function("mod", 2, 2, values -> fold(values, (a, b) -> a % b)),
          function("max", 1, -1, values -> fold(values, Math::max)),
          function("min", 1, -1, values -> fold(values, Math::min)));

  private LogicFunctions() {}

  private static Object orDefault(List<Object> values) {
    return values.size() == 2 && Values.isTrue(values.get(1)) ? values.get(1) : values.get(0);
  }

  private static boolean same(Object a, Object b) {
    return (a instanceof Number && b instanceof Number) ? number(a) == number(b) : a.equals(b);
  }

  private static int order(List<Object> values) {
    Object a = values.get(0);
    Object b = values.get(1);
    if (a instanceof Number && b instanceof Number) {
      return Double.compare(number(a), number(b));
    }
    if (a instanceof String left && b instanceof String right) {
      return left.compareTo(right);
    }
    throw new IllegalArgumentException("compares numbers with numbers and text with text");
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  private static Object fold(List<Object> values, LongBinaryOperator operator) {
    return values.stream().mapToLong(Values::whole).reduce(operator).orElseThrow();
  }
}
