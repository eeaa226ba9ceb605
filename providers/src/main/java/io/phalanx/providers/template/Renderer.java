package io.phalanx.providers.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One rendering of a template, within bounds on steps and output. */
final class Renderer {
  static final int MAX_STEPS = 1_000_000;
  static final int MAX_OUTPUT = 16 << 20;
  private static final int WEIGHT_OF_A_STEP = 256;

  private final Functions functions;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Map<String, Object>> scopes = new ArrayDeque<>();
  private int steps;

  Renderer(Object model, Functions functions) {
    this.functions = functions;
    scopes.push(new HashMap<>(Map.of("$", model)));
  }

  String render(List<Part> parts, Object dot) throws TemplateException {
    renderAll(parts, dot);
    return out.toString();
  }

  private void renderAll(List<Part> parts, Object dot) throws TemplateException {
    for (Part part : parts) {
      step();
      switch (part) {
        case Part.Text(String text) -> append(text);
        case Part.Print(Expression value) -> append(Values.print(value(value, dot)));
        case Part.Assign assign -> assign(assign, dot);
        case Part.If(Expression condition, List<Part> then, List<Part> otherwise) ->
            inScope(Values.isTrue(value(condition, dot)) ? then : otherwise, dot, Map.of());
        case Part.With with -> renderWith(with, dot);
        case Part.Range range -> renderRange(range, dot);
      }
    }
  }

  private void step() throws TemplateException {
    if (++steps > MAX_STEPS) {
      throw new TemplateException(0, "the template takes more than " + MAX_STEPS + " steps");
    }
  }

  private void append(String text) throws TemplateException {
    if (out.length() + text.length() > MAX_OUTPUT) {
      throw new TemplateException(0, "the template gives more than " + MAX_OUTPUT + " characters");
    }
    out.append(text);
  }

  private void inScope(List<Part> parts, Object dot, Map<String, Object> variables)
      throws TemplateException {
    scopes.push(new HashMap<>(variables));
    renderAll(parts, dot);
    scopes.pop();
  }

  private void assign(Part.Assign assign, Object dot) throws TemplateException {
    Object value = value(assign.value(), dot);
    if (assign.declares()) {
      scopes.element().put(assign.name(), value);
      return;
    }
    for (Map<String, Object> scope : scopes) {
      if (scope.containsKey(assign.name())) {
        scope.put(assign.name(), value);
        return;
      }
    }
    throw undefined(assign.name(), assign.line());
  }

  private static TemplateException undefined(String name, int line) {
    return new TemplateException(line, "variable " + name + " is not defined");
  }

  private void renderWith(Part.With with, Object dot) throws TemplateException {
    Object value = value(with.value(), dot);
    Map<String, Object> variables =
        with.variable().map(name -> Map.of(name, value)).orElse(Map.of());
    if (Values.isTrue(value)) {
      inScope(with.then(), value, variables);
    } else {
      inScope(with.otherwise(), dot, variables);
    }
  }

  private void renderRange(Part.Range range, Object dot) throws TemplateException {
    List<Map.Entry<Object, Object>> items = items(value(range.value(), dot));
    if (items.isEmpty()) {
      inScope(range.otherwise(), dot, Map.of());
      return;
    }
    for (Map.Entry<Object, Object> item : items) {
      step();
      var variables = new HashMap<String, Object>();
      bind(variables, range.key(), item.getKey());
      bind(variables, range.item(), item.getValue());
      inScope(range.body(), item.getValue(), variables);
    }
  }

  private static void bind(Map<String, Object> variables, Optional<String> name, Object value) {
    name.ifPresent(given -> variables.put(given, value));
  }

  private static List<Map.Entry<Object, Object>> items(Object value) {
    var items = new ArrayList<Map.Entry<Object, Object>>();
    if (value instanceof Collection<?> list) {
      long index = 0;
      for (Object item : list) {
        items.add(Map.entry(index++, item));
      }
    } else if (value instanceof Map<?, ?> map) {
      new TreeMap<Object, Object>(map).forEach((key, item) -> items.add(Map.entry(key, item)));
    }
    return items;
  }

  private Object value(Expression expression, Object dot) throws TemplateException {
    step();
    return switch (expression) {
      case Expression.Literal(Object value) -> value;
      case Expression.Field(List<String> path) -> Values.at(dot, path);
      case Expression.Member(Expression of, List<String> path) -> Values.at(value(of, dot), path);
      case Expression.Variable(String name, List<String> path, int line) ->
          Values.at(variable(name, line), path);
      case Expression.Call(String function, List<Expression> arguments, int line) ->
          call(function, arguments, line, dot);
    };
  }

  private Object variable(String name, int line) throws TemplateException {
    for (Map<String, Object> scope : scopes) {
      Object value = scope.get(name);
      if (value != null) {
        return value;
      }
    }
    throw undefined(name, line);
  }

  private Object call(String function, List<Expression> arguments, int line, Object dot)
      throws TemplateException {
    var values = new ArrayList<Object>(arguments.size());
    for (Expression argument : arguments) {
      values.add(value(argument, dot));
      // As in Go, and and or look no further than they must.
      boolean decided =
          (function.equals("and") && !Values.isTrue(values.getLast()))
              || (function.equals("or") && Values.isTrue(values.getLast()));
      if (decided) {
        return values.getLast();
      }
    }
    weigh(function, values, line);
    Object result = functions.call(function, values, line);
    weigh(function, result, line);
    return result;
  }

  /** Values may not grow without bound, and work on large ones counts as many steps. */
  private void weigh(String function, Object value, int line) throws TemplateException {
    int weight = Values.weight(value);
    if (weight > Values.MAX_WEIGHT) {
      throw new TemplateException(
          line,
          function + " works on at most " + Values.MAX_WEIGHT + " characters and items, not deep");
    }
    steps += weight / WEIGHT_OF_A_STEP;
    step();
  }
}
