package io.phalanx.node.acme.dns;

/** Knows in which zone a name is. */
interface ZoneFinder {
  /**
   * @return the zone's name, without the last dot
   */
  String zone(String name) throws DnsException, InterruptedException;
}
