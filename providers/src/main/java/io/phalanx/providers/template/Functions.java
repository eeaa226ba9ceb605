package io.phalanx.providers.template;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The functions that templates may call: Go's own, Traefik's two, and the part of sprig that
 * configurations use.
 */
final class Functions {
  /** One function. A wrong argument is told by an {@link IllegalArgumentException}. */
  @FunctionalInterface
  interface Function {
    Object apply(List<Object> arguments);
  }

  /**
   * @param most the largest number of arguments; -1 for any
   */
  record Entry(int least, int most, Function function) {}

  private static final Map<String, Entry> FUNCTIONS =
      Stream.of(LogicFunctions.ALL, TextFunctions.ALL, CollectionFunctions.ALL)
          .flatMap(functions -> functions.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Set<String> WITH_ENVIRONMENT = Set.of("env", "expandenv");

  private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w{1,256})}|(\\w{1,256}))");

  private final Map<String, String> environment;

  Functions(Map<String, String> environment) {
    this.environment = environment;
  }

  static Map.Entry<String, Entry> function(String name, int least, int most, Function function) {
    return entry(name, new Entry(least, most, function));
  }

  /** Refuses a name that is no function. */
  static void require(Token name) throws TemplateException {
    if (!FUNCTIONS.containsKey(name.text()) && !WITH_ENVIRONMENT.contains(name.text())) {
      throw new TemplateException(
          name.line(), "function \"" + name.text() + "\" is not supported" + near(name.text()));
    }
  }

  private static String near(String name) {
    return FUNCTIONS.keySet().stream()
        .filter(
            known ->
                known.equalsIgnoreCase(name) || known.startsWith(name) || name.startsWith(known))
        .sorted()
        .findFirst()
        .map(known -> "; did you mean \"" + known + "\"?")
        .orElse("");
  }

  Object call(String name, List<Object> arguments, int line) throws TemplateException {
    try {
      if (WITH_ENVIRONMENT.contains(name)) {
        return fromEnvironment(name, arguments);
      }
      Entry entry = FUNCTIONS.get(name);
      if (entry == null) {
        throw new IllegalArgumentException("is not supported");
      }
      if (arguments.size() < entry.least()
          || (entry.most() >= 0 && arguments.size() > entry.most())) {
        throw new IllegalArgumentException("takes " + arity(entry) + ", not " + arguments.size());
      }
      return entry.function().apply(arguments);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new TemplateException(line, name + " " + e.getMessage());
    }
  }

  private static String arity(Entry entry) {
    if (entry.most() < 0) {
      return "at least " + entry.least() + " arguments";
    }
    return entry.least() == entry.most()
        ? entry.least() + " arguments"
        : entry.least() + " to " + entry.most() + " arguments";
  }

  private String fromEnvironment(String name, List<Object> arguments) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("takes 1 argument, not " + arguments.size());
    }
    String text = arguments.getFirst().toString();
    return name.equals("env") ? environment.getOrDefault(text, "") : expand(text);
  }

  private String expand(String text) {
    var out = new StringBuilder();
    Matcher variable = VARIABLE.matcher(text);
    while (variable.find()) {
      String name = variable.group(1) == null ? variable.group(2) : variable.group(1);
      String value = environment.getOrDefault(name, "");
      variable.appendReplacement(out, Matcher.quoteReplacement(value));
      Values.requireLength(out.length());
    }
    return variable.appendTail(out).toString();
  }
}
