package io.phalanx.node.acme.dns;

import io.phalanx.node.acme.dns.ApiClient.Connection;
import io.phalanx.providers.tree.DidYouMean;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The providers that there are, and what each is told by. */
public final class DnsProviders {
  /** Of any provider: whether a challenge's name is taken as it is. */
  static final String NO_CNAMES = "LEGO_DISABLE_CNAME_SUPPORT";

  private static final List<String> TIMES =
      List.of("_TTL", "_PROPAGATION_TIMEOUT", "_POLLING_INTERVAL");

  private static final Set<String> NOT_HTTP = Set.of("rfc2136", "exec");

  private static final List<Kind> ALL =
      List.of(
          new Kind("rfc2136", "RFC2136", 120, 60, 2, Rfc2136.VARIABLES, Rfc2136::new),
          new Kind("exec", "EXEC", 120, 60, 2, Exec.VARIABLES, Exec::new),
          new Kind("httpreq", "HTTPREQ", 120, 60, 2, HttpReq.VARIABLES, HttpReq::new),
          new Kind("cloudflare", "CLOUDFLARE", 120, 120, 2, Cloudflare.VARIABLES, Cloudflare::new),
          new Kind("route53", "AWS", 10, 120, 4, Route53.VARIABLES, Route53::new),
          new Kind("digitalocean", "DO", 30, 60, 5, DigitalOcean.VARIABLES, DigitalOcean::new),
          new Kind(
              "hetzner", "HETZNER", 120, 120, 2, HetznerCloud.VARIABLES, DnsProviders::hetzner),
          new Kind("gandiv5", "GANDIV5", 300, 1_200, 20, Gandi.VARIABLES, Gandi::new));

  private DnsProviders() {}

  /**
   * What a provider is made with.
   *
   * @param zones as the resolver's own servers know them
   */
  record Parts(Variables variables, Timing timing, Connection connection, ZoneFinder zones) {}

  private interface Making {
    DnsProvider of(Parts parts);
  }

  /**
   * @param word that its variables for times begin with
   * @param ttl of records, in seconds, as the other times; defaults
   * @param variables beside those for times
   */
  private record Kind(
      String name,
      String word,
      int ttl,
      int propagation,
      int interval,
      List<String> variables,
      Making making) {
    Timing timing(Variables given) {
      return Timing.of(given, word, ttl, propagation, interval);
    }

    Set<String> known() {
      var known = new LinkedHashSet<>(variables);
      known.add(NO_CNAMES);
      TIMES.forEach(time -> known.add(word + time));
      if (!NOT_HTTP.contains(name)) {
        known.add(word + "_HTTP_TIMEOUT");
      }
      for (String name : List.copyOf(known)) {
        known.add(name + "_FILE");
      }
      return known;
    }
  }

  /** The older interface has other credentials. */
  private static DnsProvider hetzner(Parts parts) {
    return parts.variables().optional("HETZNER_API_TOKEN").isEmpty()
            && parts.variables().optional("HETZNER_API_KEY").isPresent()
        ? new HetznerDns(parts)
        : new HetznerCloud(parts);
  }

  private static Kind kind(String name) {
    return ALL.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> names = ALL.stream().map(Kind::name).toList();
              return new IllegalArgumentException(
                  "there is no provider \""
                      + name
                      + "\" but "
                      + String.join(", ", names)
                      + DidYouMean.among(name, names));
            });
  }

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  static Timing timing(DnsOptions options) {
    return kind(options.provider()).timing(options.variables());
  }

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  static DnsProvider open(DnsOptions options, Connection connection, ZoneFinder zones) {
    Kind kind = kind(options.provider());
    return kind.making()
        .of(new Parts(options.variables(), kind.timing(options.variables()), connection, zones));
  }

  /**
   * Finds what would keep a provider from working, as far as it can be known without asking it.
   *
   * @throws MissingVariableException if its credentials are not on this machine
   * @throws IllegalArgumentException with a message for the user, for all else
   */
  public static void check(DnsOptions options) {
    Kind kind = kind(options.provider());
    // A program may want variables of its own.
    if (!kind.name().equals("exec")) {
      Set<String> known = kind.known();
      for (String name : options.variables().own().keySet()) {
        if (!known.contains(name)) {
          throw new IllegalArgumentException(
              "variables: provider "
                  + kind.name()
                  + " knows no "
                  + name
                  + DidYouMean.among(name, known));
        }
      }
    }
    boolean _ = options.variables().flag(NO_CNAMES, false);
    try (HttpClient http = HttpClient.newHttpClient()) {
      open(
          options,
          new Connection(http, PassingTime.of(InstantSource.system())),
          new Lookups(options.recursive(), 0));
    }
  }
}
