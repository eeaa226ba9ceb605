package io.phalanx.node.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Entry;
import io.phalanx.cluster.slot.Slots;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.providers.dynamic.LimitOptions.OnSplit;
import io.phalanx.providers.dynamic.LimitOptions.Scope;
import io.phalanx.providers.dynamic.TcpMiddleware.InFlightConn;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountedAdmissionTest {
  private final List<Client> inside = new ArrayList<>();

  /** A client of which only address and end matter. */
  private static final class Client implements TcpClient {
    private final Peer peer;
    private final List<Runnable> told = new ArrayList<>();
    private boolean open = true;

    Client(String address) {
      this.peer = Peer.of(InetAddress.ofLiteral(address), 1);
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public IoThread ioThread() {
      return new IoThread() {
        @Override
        public void execute(Runnable task) {
          task.run();
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
          throw new IllegalStateException("nothing waits here");
        }
      };
    }

    @Override
    public Tunnel tunnel() {
      throw new IllegalStateException("nothing is read here");
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public boolean asksPostgres() {
      return false;
    }

    @Override
    public void close() {
      open = false;
      // Perhaps more than once.
      told.forEach(Runnable::run);
      told.forEach(Runnable::run);
    }

    @Override
    public Optional<InetSocketAddress> local() {
      return Optional.empty();
    }

    @Override
    public void whenClosed(Runnable whenClosed) {
      told.add(whenClosed);
      if (!open) {
        whenClosed.run();
      }
    }
  }

  /** Slots that answer when, and what, the test says. */
  private static final class Asked implements Slots {
    private final CompletableFuture<Entry> answer = new CompletableFuture<>();
    private final List<Long> most = new ArrayList<>();

    @Override
    public CompletionStage<Entry> enter(
        String key, long amount, Counted counted, Duration patience) {
      return answer;
    }

    @Override
    public Entry enterAnyway(String key, long amount, Counted counted, long atMost) {
      most.add(atMost);
      return new Entry.Entered(() -> {});
    }
  }

  private static InFlightConn two(OnSplit onSplit) {
    return new InFlightConn(2, Scope.FLEET, onSplit, Optional.empty());
  }

  private static CountedAdmission admission(Slots slots, OnSplit onSplit) {
    return new CountedAdmission(two(onSplit), "r few", slots, () -> true);
  }

  private Client come(CountedAdmission admission, String address) {
    var client = new Client(address);
    admission.admit(client, () -> inside.add(client));
    return client;
  }

  @Test
  void countsEachAddressByItselfAndALeaverOnce() {
    CountedAdmission admission = admission(new LocalSlots(), OnSplit.FAIR_SHARE);
    Client first = come(admission, "10.0.0.1");
    come(admission, "10.0.0.1");
    assertThat(come(admission, "10.0.0.1").isOpen()).isFalse();
    assertThat(come(admission, "10.0.0.2").isOpen()).isTrue();

    first.close();

    assertThat(come(admission, "10.0.0.1").isOpen()).isTrue();
    assertThat(come(admission, "10.0.0.1").isOpen()).isFalse();
  }

  @Test
  void aClientThatLeavesBeforeTheAnswerKeepsNoSlot() {
    var asked = new Asked();
    Client client = come(admission(asked, OnSplit.FAIR_SHARE), "10.0.0.1");
    client.close();
    var left = new ArrayList<String>();
    asked.answer.complete(new Entry.Entered(() -> left.add("left")));

    assertThat(inside).isEmpty();
    assertThat(left).containsExactly("left");
  }

  @ParameterizedTest
  @CsvSource({"LOCAL, 2", "ALLOW, 9223372036854775807"})
  void decidesAsDeclaredWhileTheFleetDoesNotAnswer(OnSplit onSplit, long most) {
    var asked = new Asked();
    asked.answer.complete(new Entry.Unavailable("split"));
    come(admission(asked, onSplit), "10.0.0.1");

    assertThat(asked.most).containsExactly(most);
    assertThat(inside).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"DENY", "FAIR_SHARE"})
  void letsNobodyInWithoutAnAnswerWhereThatIsDeclared(OnSplit onSplit) {
    var asked = new Asked();
    asked.answer.complete(new Entry.Unavailable("split"));

    assertThat(come(admission(asked, onSplit), "10.0.0.1").isOpen()).isFalse();
    assertThat(inside).isEmpty();
  }

  @Test
  void deniesOnTheSmallerSideOfASplit() {
    var admission = new CountedAdmission(two(OnSplit.DENY), "r few", new LocalSlots(), () -> false);
    assertThat(come(admission, "10.0.0.1").isOpen()).isFalse();
  }
}
