package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that does not answer gets a part of this node's descriptors, and no more. */
class BoundedConnectionsTest {
  private static final int MOST = 2;

  private final Semaphore answers = new Semaphore(0);
  private final ScriptedServer silent =
      new ScriptedServer(
          connection -> {
            connection.readHead();
            answers.acquire();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
          });
  private final ForwardingRig rig = new ForwardingRig(new Resources(1 << 26, MOST));

  @AfterEach
  void close() {
    answers.release(100);
    rig.close();
    silent.close();
  }

  @Test
  void letsRequestsWaitForAConnectionThatEnds() {
    MemoryExchange[] first = {rig.get(silent.url()), rig.get(silent.url())};
    MemoryExchange third = rig.get(silent.url());
    ForwardingRig.eventually(() -> silent.heads.size() == MOST);
    rig.settle();
    assertThat(silent.connections).hasSize(MOST);

    answers.release(3);

    assertThat(body(first[0])).isEqualTo("ok");
    assertThat(body(first[1])).isEqualTo("ok");
    assertThat(body(third)).isEqualTo("ok");
    assertThat(silent.connections).hasSize(3);
  }

  @Test
  void failsThoseThatWaitTooLongAndServesOtherServers() {
    rig.get(silent.url());
    rig.get(silent.url());
    ForwardingRig.eventually(() -> silent.heads.size() == MOST);
    MemoryExchange late = rig.get(silent.url());
    try (var other = new ScriptedServer(KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(other.url()))).isEqualTo("ok");
    }
    rig.advance(Duration.ofSeconds(30));

    var fault = upstreamFault(late);
    assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
    assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(silent.connections).hasSize(MOST);
  }
}
