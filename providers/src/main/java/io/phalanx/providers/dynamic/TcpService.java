package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where connections are taken: servers, or other services. */
public record TcpService(Optional<LoadBalancer> loadBalancer, Optional<Weighted> weighted) {
  public TcpService {
    if (loadBalancer.isPresent() == weighted.isPresent()) {
      throw new IllegalArgumentException("needs exactly one of loadBalancer and weighted");
    }
  }

  /**
   * Servers in turn.
   *
   * @param proxyProtocol to tell servers who the client is; a {@code serversTransport} that has it
   *     comes first
   * @param terminationDelay milliseconds, in place of that of the {@code serversTransport}; an
   *     older name for it
   */
  public record LoadBalancer(
      List<Server> servers,
      Optional<String> serversTransport,
      @AllowEmpty Optional<ServersTransport.ProxyProtocol> proxyProtocol,
      Optional<Long> terminationDelay,
      Optional<HealthCheck> healthCheck) {}

  /**
   * @param address host and port
   * @param tls whether it is spoken to by TLS
   */
  public record Server(@Default("") String address, boolean tls) {}

  /**
   * How servers are asked whether they are well: by a connection, and perhaps some bytes.
   *
   * @param port of the question; the server's if absent or 0
   * @param send what is sent first, if anything
   * @param expect what has to come then, if anything
   * @param unhealthyInterval for a server that is down; {@code interval} if absent
   * @param timeout for all of it
   */
  public record HealthCheck(
      Optional<Integer> port,
      Optional<String> send,
      Optional<String> expect,
      @Default("30s") Duration interval,
      Optional<Duration> unhealthyInterval,
      @Default("5s") Duration timeout) {
    /** Characters of what is sent or expected. */
    public static final int MOST_CHARACTERS = 4096;

    private static final Duration SHORTEST = Duration.ofMillis(10);

    /** All that is wrong is told at once. */
    public HealthCheck {
      port = port.filter(given -> given != 0);
      send = send.filter(given -> !given.isEmpty());
      expect = expect.filter(given -> !given.isEmpty());
      var mistakes = new ArrayList<String>();
      if (port.isPresent() && (port.get() < 0 || port.get() > 0xffff)) {
        mistakes.add("port is from 1 to 65535, not " + port.get());
      }
      if (isTooLong(send) || isTooLong(expect)) {
        mistakes.add("send and expect have at most " + MOST_CHARACTERS + " characters");
      }
      if (interval.compareTo(SHORTEST) < 0) {
        mistakes.add("interval is 10ms or more");
      }
      if (unhealthyInterval.isPresent() && unhealthyInterval.get().compareTo(SHORTEST) < 0) {
        mistakes.add("unhealthyInterval is 10ms or more");
      }
      if (!timeout.isPositive()) {
        mistakes.add("timeout is longer than 0");
      }
      if (!mistakes.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", mistakes));
      }
    }

    private static boolean isTooLong(Optional<String> text) {
      return text.isPresent() && text.get().length() > MOST_CHARACTERS;
    }
  }

  /**
   * Services in turn, by weight.
   *
   * @param healthCheck whether those that are down are left out, and this is down with the last
   */
  public record Weighted(
      List<Service.WeightedService> services,
      @AllowEmpty Optional<Service.StatusPropagation> healthCheck) {}
}
