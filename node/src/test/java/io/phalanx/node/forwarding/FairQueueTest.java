package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.TestClient;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final URI SERVER = URI.create("http://192.0.2.1:80");

  private final FairQueue<Call> queue = new FairQueue<>(Call::client);
  private int port;

  /** Of a connection of its own. */
  private Call call(String client, String path) {
    Peer peer = Peer.of(InetAddress.ofLiteral(client), ++port);
    var exchange =
        new MemoryExchange(
            Runnable::run,
            new TestClient(Runnable::run),
            peer,
            "GET",
            path,
            new ListedHeaders(),
            0);
    var target = new Forwarder.Target(SERVER, true, false, new Forwarder.Transport() {});
    return new Call(exchange, target, ServerAddress.of(SERVER));
  }

  private Call add(String client, String path) {
    Call added = call(client, path);
    queue.add(added, 0);
    return added;
  }

  private List<String> pollAll() {
    var paths = new ArrayList<String>();
    for (Call next = queue.poll(); next != null; next = queue.poll()) {
      paths.add(next.exchange().request().path());
    }
    return paths;
  }

  @Test
  void letsClientsHaveTheirTurnsHoweverManyCallsTheyHave() {
    for (int i = 0; i < 3; i++) {
      add("192.0.2.10", "/a" + i);
    }
    add("192.0.2.11", "/b0");
    add("2001:db8::1", "/c0");
    add("192.0.2.11", "/b1");

    assertThat(queue.size()).isEqualTo(6);
    assertThat(pollAll()).containsExactly("/a0", "/b0", "/c0", "/a1", "/b1", "/a2");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void showsWhoseTurnItIs() {
    assertThat(queue.peek()).isNull();
    Call first = add("192.0.2.10", "/a0");
    add("192.0.2.11", "/b0");

    assertThat(queue.peek()).isSameAs(first);
    assertThat(queue.poll()).isSameAs(first);
  }

  @Test
  void forgetsThoseThatLeave() {
    Call a = add("192.0.2.10", "/a0");
    Call b = add("192.0.2.11", "/b0");
    add("192.0.2.10", "/a1");

    assertThat(queue.remove(a)).isTrue();
    assertThat(queue.remove(a)).isFalse();
    assertThat(queue.remove(b)).isTrue();
    assertThat(queue.remove(call("192.0.2.12", "/never"))).isFalse();
    assertThat(pollAll()).containsExactly("/a1");
    assertThat(queue.peek()).isNull();
  }

  @Test
  void takesThoseThatWaitTooLongByTheirAge() {
    queue.add(call("192.0.2.10", "/a0"), 0);
    Call second = call("192.0.2.10", "/a1");
    queue.add(second, 1);
    Call other = call("192.0.2.11", "/b0");
    queue.add(other, 2);
    queue.add(call("192.0.2.11", "/b1"), 3);
    queue.poll();

    List<Call> late = new ArrayList<>();
    queue.pollLate(10, 10, late::add);
    queue.pollLate(100, 0, late::add);
    assertThat(late).isEmpty();
    queue.pollLate(12, 10, late::add);
    assertThat(late).containsExactly(second, other);
    assertThat(pollAll()).containsExactly("/b1");
  }
}
