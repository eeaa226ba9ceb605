package io.phalanx.node.acme.dns;

import java.time.Duration;
import java.util.List;

/**
 * How challenges by DNS are answered.
 *
 * @param provider as Traefik calls it
 * @param recursive servers that are asked for zones and names; empty for the machine's own
 * @param nameServers asked whether they show a record, instead of those that its zone names; empty
 *     for those
 * @param delay between the record and the first look for it
 */
public record DnsOptions(
    String provider,
    Variables variables,
    List<ServerAddress> recursive,
    List<ServerAddress> nameServers,
    Checks checks,
    Duration delay) {
  public DnsOptions {
    recursive = List.copyOf(recursive);
    nameServers = List.copyOf(nameServers);
  }

  /**
   * Who has to show a record before the authority is told to look.
   *
   * @param authoritative all servers of its zone
   * @param recursive all that are asked for zones and names
   */
  public record Checks(boolean authoritative, boolean recursive) {}
}
