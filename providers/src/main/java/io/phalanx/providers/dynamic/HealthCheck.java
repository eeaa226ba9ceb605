package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How servers are asked whether they are well (Traefik's {@code healthCheck}).
 *
 * @param scheme of the question; the server's if absent or empty
 * @param path relative to the server's URL, perhaps with a query; not for {@code grpc}
 * @param status the only one that is well; 0: any from 200 to 399
 * @param port of the question; the server's if absent or 0
 * @param interval between two questions to a server that is well
 * @param unhealthyInterval to one that is not; {@code interval} if absent
 * @param timeout for the whole answer, wherever it leads
 * @param hostname in {@code Host}; the server's address if absent or empty
 * @param followRedirects whether the answer counts that the server leads to, in ten steps at most
 * @param headers by their names; a value may be what lets the question in
 */
public record HealthCheck(
    @Default("http") Mode mode,
    Optional<String> scheme,
    @Default("") String path,
    @Default("GET") String method,
    int status,
    Optional<Integer> port,
    @Default("30s") Duration interval,
    Optional<Duration> unhealthyInterval,
    @Default("5s") Duration timeout,
    Optional<String> hostname,
    @Default("true") boolean followRedirects,
    Map<String, Secret> headers) {
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final List<String> SCHEMES = List.of("http", "https", "h2c");

  /** How a server is asked: a request of HTTP, or {@code grpc.health.v1.Health/Check}. */
  public enum Mode {
    HTTP,
    GRPC
  }

  /** All that is wrong is told at once. */
  public HealthCheck {
    scheme = scheme.filter(given -> !given.isEmpty());
    port = port.filter(given -> given != 0);
    hostname = hostname.filter(given -> !given.isEmpty());
    headers = Map.copyOf(headers);
    var mistakes = new ArrayList<String>();
    if (scheme.isPresent() && !SCHEMES.contains(scheme.get())) {
      mistakes.add("scheme is one of http, https and h2c, not \"" + scheme.get() + '"');
    }
    if (port.isPresent() && (port.get() < 0 || port.get() > 0xffff)) {
      mistakes.add("port is from 1 to 65535, not " + port.get());
    }
    if (status != 0 && (status < 200 || status > 599)) {
      mistakes.add("status is from 200 to 599, or 0 for any from 200 to 399, not " + status);
    }
    checkPath(path, mistakes);
    checkTimes(interval, unhealthyInterval, timeout, mistakes);
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
  }

  private static void checkPath(String path, List<String> mistakes) {
    try {
      URI parsed = new URI(path);
      if (parsed.isAbsolute() || parsed.getRawAuthority() != null) {
        mistakes.add(
            "path is a path, not \""
                + path
                + "\": scheme, port and hostname have their own options");
      } else if (parsed.getRawFragment() != null) {
        mistakes.add("path has no \"#\"");
      }
    } catch (URISyntaxException e) {
      mistakes.add("path cannot be read: " + e.getMessage());
    }
  }

  private static void checkTimes(
      Duration interval,
      Optional<Duration> unhealthyInterval,
      Duration timeout,
      List<String> mistakes) {
    if (interval.compareTo(SHORTEST) < 0) {
      mistakes.add("interval is 10ms or more");
    }
    if (unhealthyInterval.isPresent() && unhealthyInterval.get().compareTo(SHORTEST) < 0) {
      mistakes.add("unhealthyInterval is 10ms or more");
    }
    if (!timeout.isPositive()) {
      mistakes.add("timeout is longer than 0");
    }
  }
}
