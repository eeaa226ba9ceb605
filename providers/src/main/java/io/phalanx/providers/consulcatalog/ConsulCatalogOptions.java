package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.pem.PemText;
import io.phalanx.providers.template.Template;
import io.phalanx.providers.template.TemplateException;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import io.phalanx.providers.tree.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Options of the provider {@code consulCatalog}, as Traefik has them. Connect and namespaces are
 * not served yet.
 *
 * @param prefix first word of the tags that count
 * @param refreshInterval time between two looks at the catalog, without {@code watch}
 * @param requireConsistent whether only the leader may answer
 * @param stale whether any server may answer, also one that is behind
 * @param cache whether the agent's cache may answer
 * @param exposedByDefault whether services without a tag {@code traefik.enable} are served
 * @param defaultRule template of the rule of routers that have none
 * @param constraints which instances count, by their tags; empty for all
 * @param watch whether changes are waited for with blocking queries
 * @param strictChecks states of health in which an instance gets requests
 */
@NotServed({"connectAware", "connectByDefault", "namespaces", "serviceName"})
public record ConsulCatalogOptions(
    @Default("traefik") String prefix,
    @Default("15s") Duration refreshInterval,
    boolean requireConsistent,
    boolean stale,
    boolean cache,
    @Default("true") boolean exposedByDefault,
    @Default("Host(`{{ normalize .Name }}`)") String defaultRule,
    @Default("") String constraints,
    boolean watch,
    @Default("passing, warning") List<String> strictChecks,
    Endpoint endpoint) {
  private static final Set<String> STATES = Set.of("passing", "warning", "critical", "maintenance");

  public ConsulCatalogOptions {
    strictChecks = List.copyOf(strictChecks);
    if (prefix.isBlank()) {
      throw new IllegalArgumentException("prefix is empty");
    }
    if (refreshInterval.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException(
          "refreshInterval is at least 100ms, not " + refreshInterval.toMillis() + "ms");
    }
    if (stale && requireConsistent) {
      throw new IllegalArgumentException("stale and requireConsistent exclude each other");
    }
    for (String state : strictChecks) {
      if (!STATES.contains(state)) {
        throw new IllegalArgumentException(
            "strictChecks are of passing, warning, critical and maintenance, not \"" + state + '"');
      }
    }
    Constraints.parse(constraints);
    parsed(defaultRule);
  }

  private static Template parsed(String rule) {
    try {
      return Template.parse(rule);
    } catch (TemplateException e) {
      throw new IllegalArgumentException("defaultRule cannot be read: " + e.getMessage(), e);
    }
  }

  Template ruleTemplate() {
    return parsed(defaultRule);
  }

  /**
   * Where Consul answers.
   *
   * @param address host and port, or a URL; without it {@code CONSUL_HTTP_ADDR}, else
   *     127.0.0.1:8500
   * @param token ACL token; without it {@code CONSUL_HTTP_TOKEN}
   * @param endpointWaitTime how long one blocking query waits; 0 for 55 seconds
   */
  public record Endpoint(
      Optional<String> address,
      Optional<String> scheme,
      Optional<String> datacenter,
      Optional<Secret> token,
      @Default("0s") Duration endpointWaitTime,
      Optional<HttpAuth> httpAuth,
      Optional<Tls> tls) {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    public Endpoint {
      if (endpointWaitTime.isNegative() || endpointWaitTime.compareTo(LONGEST_WAIT) > 0) {
        throw new IllegalArgumentException("endpointWaitTime is from 0 to 10m");
      }
      scheme
          .filter(given -> !given.equals("http") && !given.equals("https"))
          .ifPresent(
              given -> {
                throw new IllegalArgumentException("scheme is http or https, not \"" + given + '"');
              });
      address
          .filter(given -> !given.isBlank())
          .ifPresent(given -> AgentAddress.parse(given, scheme.orElse("http")));
    }
  }

  public record HttpAuth(String username, Secret password) {}

  /**
   * Files, or their content, in PEM.
   *
   * @param key in PKCS #8, not encrypted
   */
  public record Tls(
      Optional<String> ca,
      Optional<String> cert,
      Optional<Secret> key,
      boolean insecureSkipVerify) {
    public Tls {
      cert = cert.map(PemText::withoutKeys);
      if (cert.isPresent() != key.isPresent()) {
        throw new IllegalArgumentException("cert and key go together");
      }
    }
  }
}
