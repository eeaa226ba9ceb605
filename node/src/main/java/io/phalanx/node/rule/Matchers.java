package io.phalanx.node.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Hosts;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.rule.RuleLexer.Token;
import io.phalanx.providers.tree.DidYouMean;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The matchers by name, and what each makes of its arguments. */
final class Matchers {
  /** Makes a condition of the arguments; their number was checked, and none is empty. */
  @FunctionalInterface
  private interface Maker {
    Condition make(List<String> arguments) throws RuleSyntaxException;
  }

  private record Arity(int least, int most, Maker maker) {}

  private static final Map<String, Arity> ALL =
      Map.ofEntries(
          Map.entry("Host", new Arity(1, 1, arguments -> host(arguments.getFirst()))),
          Map.entry("HostRegexp", new Arity(1, 1, arguments -> hostPattern(arguments.getFirst()))),
          Map.entry(
              "Path",
              new Arity(1, 1, arguments -> new Condition.PathIs(path(arguments.getFirst())))),
          Map.entry(
              "PathPrefix",
              new Arity(1, 1, arguments -> new Condition.PathStarts(path(arguments.getFirst())))),
          Map.entry("PathRegexp", new Arity(1, 1, arguments -> pathPattern(arguments.getFirst()))),
          Map.entry("Method", new Arity(1, 1, arguments -> method(arguments.getFirst()))),
          Map.entry(
              "Header", new Arity(2, 2, arguments -> header(arguments.get(0), arguments.get(1)))),
          Map.entry(
              "HeaderRegexp",
              new Arity(2, 2, arguments -> headerPattern(arguments.get(0), arguments.get(1)))),
          Map.entry("Query", new Arity(1, 2, Matchers::query)),
          Map.entry("QueryRegexp", new Arity(1, 2, Matchers::queryPattern)),
          Map.entry("ClientIP", new Arity(1, 1, arguments -> clientAddress(arguments.getFirst()))));

  /**
   * Names as they may be written: exact, in lower case, in upper case, or with only the first
   * letter large.
   */
  private static final Map<String, Arity> BY_SPELLING = spellings();

  private Matchers() {}

  private static Map<String, Arity> spellings() {
    var spellings = new TreeMap<String, Arity>();
    ALL.forEach(
        (name, arity) -> {
          String lowerCase = name.toLowerCase(Locale.ROOT);
          spellings.put(name, arity);
          spellings.put(lowerCase, arity);
          spellings.put(name.toUpperCase(Locale.ROOT), arity);
          spellings.put(Character.toUpperCase(lowerCase.charAt(0)) + lowerCase.substring(1), arity);
        });
    return Map.copyOf(spellings);
  }

  static Condition matcher(Token name, List<String> arguments) throws RuleSyntaxException {
    Arity arity = BY_SPELLING.get(name.text());
    if (arity == null) {
      throw new RuleSyntaxException(
          "at character "
              + name.position()
              + ": unknown matcher "
              + name.text()
              + DidYouMean.among(name.text(), ALL.keySet()));
    }
    if (arguments.size() < arity.least() || arguments.size() > arity.most()) {
      throw new RuleSyntaxException(
          "at character %d: %s takes %s, not %d; alternatives are written with ||"
              .formatted(name.position(), name.text(), counted(arity), arguments.size()));
    }
    if (arguments.contains("")) {
      throw new RuleSyntaxException(
          "at character " + name.position() + ": an argument of " + name.text() + " is empty");
    }
    return arity.maker().make(List.copyOf(arguments));
  }

  private static String counted(Arity arity) {
    String least = arity.least() == arity.most() ? "" : arity.least() + " or ";
    return least + arity.most() + (arity.most() == 1 ? " argument" : " arguments");
  }

  private static Condition host(String host) throws RuleSyntaxException {
    requireAscii(host);
    if (host.equals("*")) {
      return new Condition.Test(_ -> true);
    }
    // An IPv6 address has colons of its own, none of which begins a port.
    boolean bareIpv6 = host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
    String canonical = Hosts.canonical(bareIpv6 ? '[' + host + ']' : host);
    return canonical.startsWith("*.")
        ? new Condition.HostUnder(canonical.substring(1))
        : new Condition.HostIs(canonical);
  }

  private static Condition hostPattern(String regex) throws RuleSyntaxException {
    requireAscii(regex);
    Pattern pattern = pattern(regex);
    return new Condition.Test(request -> pattern.matcher(request.routingHost()).find());
  }

  private static void requireAscii(String text) throws RuleSyntaxException {
    if (text.chars().anyMatch(c -> c > 0x7f)) {
      throw new RuleSyntaxException(
          "\"" + text + "\" has letters outside ASCII; write such a host in punycode (xn--...)");
    }
  }

  private static String path(String path) throws RuleSyntaxException {
    if (!path.startsWith("/")) {
      throw new RuleSyntaxException("path \"" + path + "\" does not start with /");
    }
    return path;
  }

  private static Condition pathPattern(String regex) throws RuleSyntaxException {
    Pattern pattern = pattern(regex);
    return new Condition.Test(request -> pattern.matcher(request.routingPath()).find());
  }

  private static Condition method(String method) {
    String upperCase = method.toUpperCase(Locale.ROOT);
    return new Condition.Test(request -> request.method().equals(upperCase));
  }

  private static Condition header(String name, String value) {
    if (name.equalsIgnoreCase("Host")) {
      return new Condition.Test(request -> request.host().equals(value));
    }
    if (!HeaderName.isToken(name)) {
      return new Condition.Test(_ -> false);
    }
    HeaderName header = HeaderName.of(name);
    return new Condition.Test(
        request ->
            request.headers().contains(header) && request.headers().all(header).contains(value));
  }

  private static Condition headerPattern(String name, String regex) throws RuleSyntaxException {
    Pattern pattern = pattern(regex);
    if (name.equalsIgnoreCase("Host")) {
      return new Condition.Test(request -> pattern.matcher(request.host()).find());
    }
    if (!HeaderName.isToken(name)) {
      return new Condition.Test(_ -> false);
    }
    HeaderName header = HeaderName.of(name);
    return new Condition.Test(request -> anyLine(request, header, pattern));
  }

  private static boolean anyLine(RequestHead request, HeaderName header, Pattern pattern) {
    for (String value : request.headers().all(header)) {
      if (pattern.matcher(value).find()) {
        return true;
      }
    }
    return false;
  }

  private static Condition query(List<String> arguments) {
    String name = arguments.getFirst();
    String value = arguments.size() == 1 ? "" : arguments.get(1);
    return new Condition.Test(request -> Queries.any(request.query(), name, value::equals));
  }

  private static Condition queryPattern(List<String> arguments) throws RuleSyntaxException {
    if (arguments.size() == 1) {
      return query(arguments);
    }
    Pattern pattern = pattern(arguments.get(1));
    return new Condition.Test(
        request ->
            Queries.any(
                request.query(), arguments.getFirst(), value -> pattern.matcher(value).find()));
  }

  private static Condition clientAddress(String range) throws RuleSyntaxException {
    try {
      AddressRange network = AddressRange.parse(range);
      return new Condition.Test(request -> network.contains(request.peer().address()));
    } catch (IllegalArgumentException e) {
      throw new RuleSyntaxException(String.valueOf(e.getMessage()));
    }
  }

  private static Pattern pattern(String regex) throws RuleSyntaxException {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new RuleSyntaxException(e.getMessage() + "; regular expressions are RE2's");
    }
  }
}
