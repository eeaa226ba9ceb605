package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.key.FleetAuthority;
import io.phalanx.cluster.key.FleetKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/**
 * The fleet keys that a member has now. Connections that are made from now on use what was given
 * last; those that are there stay.
 */
final class MemberKeys {
  private volatile Current current;

  /** Connections that this member made and whose other side had no such key. */
  private final AtomicLong strangers = new AtomicLong();

  private record Current(List<FleetKey> keys, SSLContext context) {}

  /**
   * @param keys the first is this member's own, all are accepted
   */
  MemberKeys(List<FleetKey> keys) {
    this.current = current(keys);
  }

  private static Current current(List<FleetKey> keys) {
    List<FleetAuthority> authorities = keys.stream().map(FleetAuthority::of).toList();
    return new Current(
        List.copyOf(keys), authorities.getFirst().memberContext(List.copyOf(authorities)));
  }

  void replace(List<FleetKey> keys) {
    current = current(keys);
  }

  List<FleetKey> all() {
    return current.keys();
  }

  SSLContext context() {
    return current.context();
  }

  /** A connection that this member made came to nothing, for the keys differ. */
  void metStranger() {
    strangers.incrementAndGet();
  }

  /** How often that was so. */
  long strangers() {
    return strangers.get();
  }
}
