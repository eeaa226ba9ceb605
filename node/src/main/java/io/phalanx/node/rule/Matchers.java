package io.phalanx.node.rule;

import com.google.re2j.Pattern;
import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Hosts;
import io.phalanx.node.rule.RuleLexer.Token;
import io.phalanx.providers.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The matchers by name, and what each makes of its arguments. */
final class Matchers {
  private static final Map<String, MatcherNames.Arity<Condition>> ALL =
      Map.ofEntries(
          Map.entry("Host", arity(1, 1, arguments -> host(arguments.getFirst()))),
          Map.entry("HostRegexp", arity(1, 1, arguments -> hostPattern(arguments.getFirst()))),
          Map.entry(
              "Path", arity(1, 1, arguments -> new Condition.PathIs(path(arguments.getFirst())))),
          Map.entry(
              "PathPrefix",
              arity(1, 1, arguments -> new Condition.PathStarts(path(arguments.getFirst())))),
          Map.entry("PathRegexp", arity(1, 1, arguments -> pathPattern(arguments.getFirst()))),
          Map.entry("Method", arity(1, 1, arguments -> method(arguments.getFirst()))),
          Map.entry("Header", arity(2, 2, arguments -> header(arguments.get(0), arguments.get(1)))),
          Map.entry(
              "HeaderRegexp",
              arity(2, 2, arguments -> headerPattern(arguments.get(0), arguments.get(1)))),
          Map.entry("Query", arity(1, 2, Matchers::query)),
          Map.entry("QueryRegexp", arity(1, 2, Matchers::queryPattern)),
          Map.entry("ClientIP", arity(1, 1, arguments -> clientAddress(arguments.getFirst()))));

  private static final MatcherNames<Condition> NAMES = new MatcherNames<>(ALL);

  private Matchers() {}

  private static MatcherNames.Arity<Condition> arity(
      int least, int most, MatcherNames.Maker<Condition> maker) {
    return new MatcherNames.Arity<>(least, most, maker);
  }

  static Condition matcher(Token name, List<String> arguments) throws RuleSyntaxException {
    return NAMES.matcher(name, arguments);
  }

  private static Condition host(String host) {
    requireAscii(host);
    if (host.equals("*")) {
      return new Condition.Test(_ -> true);
    }
    String canonical = Hosts.canonicalName(host);
    return canonical.startsWith("*.")
        ? new Condition.HostUnder(canonical.substring(1))
        : new Condition.HostIs(canonical);
  }

  private static Condition hostPattern(String regex) {
    requireAscii(regex);
    Pattern pattern = Regex.compile(regex);
    return new Condition.Test(request -> pattern.matcher(request.routingHost()).find());
  }

  private static void requireAscii(String text) {
    if (text.chars().anyMatch(c -> c > 0x7f)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has letters outside ASCII; write such a host in punycode (xn--...)");
    }
  }

  private static String path(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path \"" + path + "\" does not start with /");
    }
    return path;
  }

  private static Condition pathPattern(String regex) {
    Pattern pattern = Regex.compile(regex);
    return new Condition.Test(request -> pattern.matcher(request.routingPath()).find());
  }

  private static Condition method(String method) {
    String upperCase = method.toUpperCase(Locale.ROOT);
    return new Condition.Test(request -> request.method().equals(upperCase));
  }

  private static Condition header(String name, String value) {
    // A request's characters are its bytes; the rule's are UTF-8 there.
    String bytes = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return anyLine(name, bytes::equals);
  }

  private static Condition headerPattern(String name, String regex) {
    Pattern pattern = Regex.compile(regex);
    return anyLine(name, value -> pattern.matcher(text(value)).find());
  }

  /** Reads a request's bytes as UTF-8. */
  private static String text(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) > 0x7f) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return bytes;
  }

  private static Condition anyLine(String name, Predicate<String> value) {
    if (name.equalsIgnoreCase("Host")) {
      return new Condition.Test(request -> !request.host().isEmpty() && value.test(request.host()));
    }
    if (!HeaderName.isToken(name)) {
      return new Condition.Test(_ -> false);
    }
    HeaderName header = HeaderName.of(name);
    return new Condition.Test(
        request ->
            request.headers().contains(header)
                && request.headers().all(header).stream().anyMatch(value));
  }

  private static Condition query(List<String> arguments) {
    String name = arguments.getFirst();
    String value = arguments.size() == 1 ? "" : arguments.get(1);
    return new Condition.Test(request -> Queries.any(request.query(), name, value::equals));
  }

  private static Condition queryPattern(List<String> arguments) {
    if (arguments.size() == 1) {
      return query(arguments);
    }
    Pattern pattern = Regex.compile(arguments.get(1));
    return new Condition.Test(
        request ->
            Queries.any(
                request.query(), arguments.getFirst(), value -> pattern.matcher(value).find()));
  }

  private static Condition clientAddress(String range) {
    AddressRange network = AddressRange.parse(range);
    return new Condition.Test(request -> network.contains(request.peer().address()));
  }
}
