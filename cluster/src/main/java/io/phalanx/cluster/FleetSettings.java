package io.phalanx.cluster;

import io.phalanx.cluster.key.FleetKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How this node is a member of a fleet.
 *
 * @param bind address and port that members speak to this one on
 * @param advertise what the others are told, where that differs
 * @param join any members of the fleet; a name may stand for many
 * @param bootstrap whether this node may start a new fleet when none of {@code join} answers
 * @param keys the first is this member's own, certificates of all are accepted
 * @param directory where this member keeps what must survive a restart
 * @param joinTimeout how long a member that belongs to no fleet yet tries to be let in; zero: for
 *     ever
 */
public record FleetSettings(
    String name,
    HostPort bind,
    HostPort advertise,
    List<HostPort> join,
    boolean bootstrap,
    List<FleetKey> keys,
    Path directory,
    Duration joinTimeout) {
  public FleetSettings {
    join = List.copyOf(join);
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a fleet needs a key");
    }
    if (join.isEmpty() && !bootstrap) {
      throw new IllegalArgumentException(
          "a node that may not start a fleet needs an address to join");
    }
    if (joinTimeout.isNegative()) {
      throw new IllegalArgumentException("joinTimeout is below 0");
    }
  }

  /** Of a member that tries for ever to be let in. */
  public FleetSettings(
      String name,
      HostPort bind,
      HostPort advertise,
      List<HostPort> join,
      boolean bootstrap,
      List<FleetKey> keys,
      Path directory) {
    this(name, bind, advertise, join, bootstrap, keys, directory, Duration.ZERO);
  }

  /** A host, by name or address, and a port. */
  public record HostPort(String host, int port) {
    public HostPort {
      if (host.isEmpty() || port < 1 || port > 65_535) {
        throw new IllegalArgumentException("not a host and a port: " + host + ':' + port);
      }
    }

    /**
     * @param text as {@code 10.0.0.1:5701}, {@code node.internal:5701} or {@code
     *     [2001:db8::1]:5701}
     */
    public static HostPort parse(String text) {
      int colon = text.lastIndexOf(':');
      String host = colon < 0 ? "" : text.substring(0, colon);
      String port = text.substring(colon + 1);
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      if (host.isEmpty() || !port.matches("\\d{1,5}") || (host.contains(":") && !bracketed)) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is not a host and a port such as 10.0.0.1:5701");
      }
      return new HostPort(
          bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ':' + port;
    }
  }
}
