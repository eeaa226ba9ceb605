package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.acme.Gate.Moment;
import io.phalanx.it.acme.Gate.Step;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of a fleet of three. */
class FleetCertificatesIT {
  private static final int MANY = 20;

  @TempDir private Path directory;

  private ResolverFleet fleet;

  @BeforeEach
  void startFleet() throws Exception {
    fleet = ResolverFleet.start(directory, Pebble.Making.USUAL);
  }

  @AfterEach
  void endAll() throws Exception {
    fleet.close();
  }

  private Set<BigInteger> serials(String name) throws Exception {
    var serials = new HashSet<BigInteger>();
    for (int node = 0; node < ResolverFleet.NODES; node++) {
      serials.add(fleet.layout(node).site(name + ".test").shown().getSerialNumber());
    }
    return serials;
  }

  private static List<Integer> without(int one) {
    return IntStream.range(0, ResolverFleet.NODES).filter(node -> node != one).boxed().toList();
  }

  @Test
  void areServedByAllWhicheverTheAuthorityAsks() throws Exception {
    var wanted = new ArrayList<String>();
    for (String resolver : List.of("web", "secure")) {
      for (int node = 0; node < ResolverFleet.NODES; node++) {
        String name = resolver + "-at-" + node;
        fleet.authority().resolve(name + ".test", fleet.layout(node).address());
        fleet.want(resolver, List.of(name));
        wanted.add(name);
      }
    }

    for (String name : wanted) {
      assertThat(fleet.awaitEverywhere(name)).as(name).isLessThan(Duration.ofSeconds(1));
      assertThat(serials(name)).as("the same certificate everywhere").hasSize(1);
      for (int node = 0; node < ResolverFleet.NODES; node++) {
        assertThat(fleet.layout(node).site(name + ".test").status()).isEqualTo("HTTP/1.1 200 OK");
      }
    }
    assertThat(fleet.authority().issued()).isEqualTo(wanted.size());
    for (int node = 0; node < ResolverFleet.NODES; node++) {
      assertThat(fleet.node(node).log())
          .doesNotContain("ERROR")
          .doesNotContain("no certificate for");
    }

    fleet.authority().stop();
    fleet.restartAll();
    for (String name : wanted) {
      fleet.awaitEverywhere(name);
    }
  }

  @Test
  void fewAreOrderedAtOnceAndNoneAgainWhenAllStartAgain() throws Exception {
    ManyNames.Result result = ManyNames.run(fleet, MANY);
    System.out.println(result);

    assertThat(result.wrong()).isEmpty();
    assertThat(result.mostAtOnce()).isGreaterThan(1);
  }

  @Test
  void aHolderThatIsCutOffPlacesNoOrderAndTheOthersPlaceOne() throws Exception {
    int alone = fleet.holder("web");
    fleet.authority().resolve("cut.test", fleet.layout(without(alone).getFirst()).address());
    fleet.gate().trap(Step.NEW_ORDER, Moment.UNSEEN, () -> fleet.relay().isolate(alone));
    fleet.want("web", List.of("cut"));
    assertThat(fleet.gate().isSprungWithin(60)).isTrue();

    fleet.awaitAt("cut", without(alone));
    assertThat(fleet.layout(alone).site("cut.test").isIssued()).isFalse();
    assertThat(fleet.gate().book().of("cut.test")).hasSize(1);

    fleet.relay().heal();
    fleet.awaitEverywhere("cut");
    fleet.awaitTogether();
    assertThat(serials("cut")).hasSize(1);
    assertThat(fleet.gate().book().of("cut.test")).hasSize(1);
    assertThat(fleet.authority().issued()).isEqualTo(1);
  }

  @Test
  void thereIsOneCertificateWhenTheFleetIsSplitDuringAnOrder() throws Exception {
    for (Step step : List.of(Step.TRIGGER, Step.FINALIZE)) {
      String name = "split-" + step.name().toLowerCase(Locale.ROOT);
      int alone = fleet.holder("web");
      fleet.authority().resolve(name + ".test", fleet.layout(without(alone).getFirst()).address());
      fleet.gate().trap(step, Moment.HEARD, () -> fleet.relay().isolate(alone));
      fleet.want("web", List.of(name));
      assertThat(fleet.gate().isSprungWithin(60)).isTrue();

      fleet.awaitAt(name, without(alone));
      fleet.relay().heal();
      fleet.awaitEverywhere(name);
      fleet.awaitTogether();
      assertThat(serials(name)).hasSize(1);
      assertThat(fleet.gate().book().of(name + ".test")).hasSize(1);
    }
    assertThat(fleet.authority().issued()).isEqualTo(2);
  }
}
