package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.acme.DemandGate.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At a node on its own, with a real server that allows names which begin with {@code ok}. */
class DemandGateTest {
  @TempDir private Path directory;

  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final Wanted wanted = new Wanted();
  private final AtomicInteger changes = new AtomicInteger();
  private Instant now = NOW;
  private HttpServer server;
  private Fleet fleet;
  private Documents documents;
  private Demands demands;
  private DemandGate gate;

  @BeforeEach
  void open() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String query = exchange.getRequestURI().getRawQuery();
          questions.add(query);
          exchange.sendResponseHeaders(query.startsWith("key=1&domain=ok") ? 200 : 403, -1);
          exchange.close();
        });
    server.start();
    fleet = LocalFleet.start(InstantSource.system(), directory.resolve("signing.key"));
    documents = fleet.documents();
    demands = new Demands(() -> now, wanted);
    wanted.whenChanged(changes::incrementAndGet);
    documents.subscribe(demands);
    gate = new DemandGate(fleet.leases(), documents, demands, () -> now);
    serve(10, 10);
  }

  @AfterEach
  void close() {
    gate.close();
    server.stop(0);
    fleet.close();
  }

  private void serve(int perHour, int limit) {
    URI ask = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/may?key=1");
    gate.serve(Map.of("le", new OnDemand(ask, Duration.ofSeconds(5), perHour, limit)));
  }

  private Verdict decide(String name) throws Exception {
    return gate.decide("le", name);
  }

  @Test
  void aNameThatIsAllowedIsNeededByTheFleet() throws Exception {
    changes.set(0);
    assertThat(decide("ok.test")).isEqualTo(Verdict.ORDERED);

    assertThat(questions).containsExactly("key=1&domain=ok.test");
    assertThat(wanted.needs("le")).containsExactly(TestStates.need("ok.test"));
    assertThat(changes).hasPositiveValue();
    gate.asked("le", "ok.test", false);
    assertThat(gate.waiting()).as("it is known").isZero();
  }

  @Test
  void aNameThatLapsedIsAskedForAsIfItWereNew() throws Exception {
    assertThat(decide("ok.test")).isEqualTo(Verdict.ORDERED);
    now = now.plus(DemandedName.KEPT);
    assertThat(decide("ok.test")).isEqualTo(Verdict.ORDERED);

    assertThat(questions).hasSize(2);
    assertThat(documents.all()).hasSize(1);
  }

  @Test
  void namesOfRoutersAreLeftToTheirResolvers() throws Exception {
    wanted.serve(Set.of(TestStates.need("ok.test")), List.of());

    assertThat(decide("ok.test")).isEqualTo(Verdict.NO_NAME);
    assertThat(questions).isEmpty();
  }

  @Test
  void aNameThatIsNotAllowedIsNotAskedForAgainForSomeTime() throws Exception {
    gate.asked("le", "no.test", false);
    assertThat(gate.waiting()).isOne();
    assertThat(decide("no.test")).isEqualTo(Verdict.REFUSED);
    gate.asked("le", "no.test", false);
    assertThat(gate.waiting()).as("the one before is still there").isOne();
    gate.asked("le", "other.test", false);
    assertThat(decide("other.test")).isEqualTo(Verdict.REFUSED);
    assertThat(gate.isWithout("le", "other.test")).isTrue();
    now = now.plus(Duration.ofMinutes(10));
    assertThat(gate.isWithout("le", "other.test")).isFalse();
    assertThat(documents.all()).isEmpty();
  }

  @Test
  void whatIsNoNameOfAHostIsNotEvenAskedFor() throws Exception {
    for (String name :
        List.of(
            "ok",
            "192.0.2.1",
            "2001:db8::1",
            "*.ok.test",
            "ok..test",
            "ok.test.",
            "OK.test",
            "ok.test&x=y",
            "ok/../x.test",
            "ok.test\r\nHost: x",
            "ok." + "x".repeat(64) + ".test",
            "ok." + "x.".repeat(130) + "test",
            "")) {
      assertThat(decide(name)).as(name).isEqualTo(Verdict.NO_NAME);
    }
    assertThat(gate.decide("other", "ok.test")).isEqualTo(Verdict.NO_NAME);
    assertThat(questions).isEmpty();
    assertThat(documents.all()).isEmpty();
  }

  @Test
  void theFleetTakesInSoManyInAnHourAndSoManyAtAll() throws Exception {
    serve(2, 3);
    assertThat(decide("ok1.test")).isEqualTo(Verdict.ORDERED);
    assertThat(decide("ok2.test")).isEqualTo(Verdict.ORDERED);
    assertThat(decide("ok3.test")).isEqualTo(Verdict.LIMITED);
    assertThat(gate.isWithout("le", "ok3.test")).isTrue();
    assertThat(decide("ok2.test")).as("one that it has").isEqualTo(Verdict.NOTED);

    now = now.plus(Duration.ofHours(1));
    assertThat(decide("ok3.test")).isEqualTo(Verdict.ORDERED);
    assertThat(decide("ok4.test")).isEqualTo(Verdict.LIMITED);
    assertThat(wanted.needs("le")).hasSize(3);
    now = now.plus(DemandedName.KEPT);
    assertThat(decide("ok4.test")).as("nobody asks for the others").isEqualTo(Verdict.ORDERED);
    assertThat(documents.all()).hasSize(1);
  }

  @Test
  void whatNobodyAsksForAnyMoreIsNotNeededAndWhatIsAskedForStays() throws Exception {
    decide("ok1.test");
    decide("ok2.test");
    now = now.plus(Duration.ofDays(1));
    gate.asked("le", "ok1.test", true);
    assertThat(gate.waiting()).as("it is to be noted").isOne();
    assertThat(decide("ok1.test")).isEqualTo(Verdict.NOTED);
    assertThat(gate.waiting()).isOne();
    assertThat(questions).as("without a question").hasSize(2);

    now = NOW.plus(DemandedName.KEPT);
    assertThat(wanted.needs("le")).containsExactly(TestStates.need("ok1.test"));
    gate.serve(Map.of());
    assertThat(wanted.needs("le")).as("not on demand any more").isEmpty();
  }

  @Test
  void aServerThatDoesNotAnswerAllowsNothing() throws Exception {
    server.stop(0);

    assertThat(decide("ok.test")).isEqualTo(Verdict.FAILED);
    assertThat(gate.isWithout("le", "ok.test")).isTrue();
    now = now.plus(Duration.ofSeconds(30));
    assertThat(gate.isWithout("le", "ok.test")).isFalse();
    assertThat(documents.all()).isEmpty();
  }

  @Test
  void aFloodOfNamesIsBounded() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      gate.asked("le", "x" + i + ".test", false);
    }
    assertThat(gate.waiting()).isEqualTo(DemandGate.MOST_WAITING);
    assertThat(gate.rows())
        .containsEntry(Map.of("outcome", "dropped"), 100_000.0 - DemandGate.MOST_WAITING);
    for (int i = 0; i < DemandGate.MOST_ANSWERS + 100; i++) {
      decide("x" + i);
    }
    assertThat(gate.isWithout("le", "x0")).as("the oldest is forgotten").isFalse();
    assertThat(gate.remembered()).isEqualTo(DemandGate.MOST_ANSWERS);
    assertThat(questions).isEmpty();
    assertThat(documents.all()).isEmpty();
  }

  @Test
  void whatACertificateCoversIsNoQuestion() {
    gate.asked("le", "x.test", true);

    assertThat(gate.waiting()).isZero();
  }

  @Test
  void aNameIsReadAsItWasWritten() {
    var name = new DemandedName("le", "ok.test", NOW, NOW.plusSeconds(5));

    assertThat(DemandedName.read(name.bytes())).isEqualTo(name);
  }
}
