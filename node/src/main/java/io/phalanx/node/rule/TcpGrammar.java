package io.phalanx.node.rule;

import com.google.re2j.Pattern;
import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.Hosts;
import io.phalanx.node.rule.RuleLexer.Token;
import io.phalanx.providers.regex.Regex;
import java.util.List;
import java.util.Map;

/** Rules about connections. */
final class TcpGrammar implements Grammar<TcpCondition> {
  /** A challenge by which an authority looks at a name (RFC 8737): no router takes it. */
  private static final String ACME = "acme-tls/1";

  private static final Pattern NAME = Pattern.compile("^(\\*\\.)?[0-9A-Za-z._:-]+$");

  private static final MatcherNames<TcpCondition> NAMES =
      new MatcherNames<>(
          Map.of(
              "HostSNI", one(TcpGrammar::name),
              "HostSNIRegexp", one(TcpGrammar::namePattern),
              "ClientIP", one(TcpGrammar::clientAddress),
              "ALPN", one(TcpGrammar::protocol)));

  /** Makes a condition of the one argument of a matcher. */
  private interface Maker {
    TcpCondition make(String argument);
  }

  private static MatcherNames.Arity<TcpCondition> one(Maker maker) {
    return new MatcherNames.Arity<>(1, 1, arguments -> maker.make(arguments.getFirst()));
  }

  @Override
  public String example() {
    return "HostSNI(`example.com`)";
  }

  @Override
  public TcpCondition matcher(Token name, List<String> arguments) throws RuleSyntaxException {
    return NAMES.matcher(name, arguments);
  }

  @Override
  public TcpCondition allOf(List<TcpCondition> all) {
    return new TcpCondition.And(List.copyOf(all));
  }

  @Override
  public TcpCondition anyOf(List<TcpCondition> any) {
    return new TcpCondition.Or(List.copyOf(any));
  }

  @Override
  public TcpCondition not(TcpCondition denied) {
    return denied instanceof TcpCondition.Not(TcpCondition twice)
        ? twice
        : new TcpCondition.Not(denied);
  }

  private static TcpCondition name(String name) {
    if (name.equals("*")) {
      return new TcpCondition.AnyName();
    }
    requireAscii(name);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("\"" + name + "\" is no name of a host");
    }
    String canonical = Hosts.canonicalName(name);
    return canonical.startsWith("*.")
        ? new TcpCondition.NameUnder(canonical.substring(1))
        : new TcpCondition.NameIs(canonical);
  }

  private static TcpCondition namePattern(String regex) {
    requireAscii(regex);
    Pattern pattern = Regex.compile(regex);
    return new TcpCondition.Test(opening -> pattern.matcher(opening.serverName()).find());
  }

  private static void requireAscii(String text) {
    if (text.chars().anyMatch(c -> c > 0x7f)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has letters outside ASCII; write such a name in punycode (xn--...)");
    }
  }

  private static TcpCondition clientAddress(String range) {
    AddressRange network = AddressRange.parse(range);
    return new TcpCondition.Test(opening -> network.contains(opening.client()));
  }

  private static TcpCondition protocol(String protocol) {
    if (protocol.equals(ACME)) {
      throw new IllegalArgumentException(ACME + " is for certificates, and not to be routed");
    }
    return new TcpCondition.Test(opening -> opening.protocols().contains(protocol));
  }
}
