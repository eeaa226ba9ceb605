package io.phalanx.node.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InheritedSocketsTest {
  private static Map<String, String> environment(String pid, String count, String names) {
    return Map.of("LISTEN_PID", pid, "LISTEN_FDS", count, "LISTEN_FDNAMES", names);
  }

  @Test
  void whatIsForAnotherProcessOrForNobodyIsNotTaken() throws Exception {
    assertThat(InheritedSockets.of(environment("7", "2", "web:websecure"), 8).names()).isEmpty();
    assertThat(InheritedSockets.of(Map.of(), 8).names()).isEmpty();
    assertThat(InheritedSockets.of(Map.of(), 8).take("web")).isEmpty();
  }

  @Test
  void socketsHaveTheirNamesInOrder() throws Exception {
    assertThat(InheritedSockets.of(environment("8", "3", "web:websecure"), 8).names())
        .containsExactlyInAnyOrder("web", "websecure", "unknown");
  }

  @Test
  void nonsenseIsNamed() {
    assertThatThrownBy(() -> InheritedSockets.of(environment("8", "many", "web"), 8))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("LISTEN_FDS is \"many\"");
    assertThatThrownBy(() -> InheritedSockets.of(environment("8", "2", "web:web"), 8))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("two sockets with the name \"web\"");
  }

  @Test
  void whatIsNoListeningSocketIsNotTakenForOne() throws Exception {
    InheritedSockets inherited = InheritedSockets.of(environment("8", "997", "web"), 8);

    assertThatThrownBy(() -> inherited.take("unknown"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no TCP socket that listens");
  }
}
