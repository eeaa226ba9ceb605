package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortBlockTest {
  private static final int SOME = 200;

  @Test
  void runsSideBySideGetDifferentPorts() throws Exception {
    Set<Integer> all = new HashSet<>();
    var one = new PortBlock();
    var other = new PortBlock();
    for (int i = 0; i < SOME; i++) {
      all.add(one.next());
      all.add(other.next());
    }
    assertThat(all).hasSize(2 * SOME);
  }

  @Test
  void aPortThatSomeoneListensOnIsLeftOut() throws Exception {
    var ports = new PortBlock();
    int before = ports.next();
    try (var taken = new ServerSocket(before + 1, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ports.next()).isGreaterThan(taken.getLocalPort());
    }
  }
}
