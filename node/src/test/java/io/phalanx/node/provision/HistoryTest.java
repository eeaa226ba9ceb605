package io.phalanx.node.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.node.activation.Contents;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Tree;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Lease LEASE = new Lease("provider/file", "local", 1);

  private final Fleet fleet = LocalFleet.start(InstantSource.system(), Path.of("none"));
  private final SnapshotPublisher publisher =
      new SnapshotPublisher(
          fleet.revisions(),
          "member",
          RevisionContent.of(Tree.Mapping.EMPTY),
          new Contents(),
          (provider, _) -> !provider.equals("gone"));
  private final History history =
      new History(fleet.revisions(), publisher, "member", settings -> settings);

  @BeforeEach
  void publishTwo() throws Exception {
    publisher.publish("file", snapshot("first", "secret one"), LEASE);
    publisher.publish("file", snapshot("second", "secret two"), LEASE);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private static Snapshot snapshot(String host, String secret) {
    DynamicConfig config =
        DynamicConfigReader.read(
                "f.yml",
                """
                http: {services: {s: {loadBalancer: {servers: [{url: "http://%s"}]}}}}
                tls: {certificates: [{certFile: a, keyFile: "%s"}]}
                """
                    .formatted(host, secret))
            .decoded()
            .value()
            .orElseThrow();
    return new Snapshot(config, List.of());
  }

  private RevisionContent active() {
    return RevisionContent.decode(fleet.revisions().active().orElseThrow().hidden());
  }

  @Test
  void tellsWhatChangedWithoutSecrets() throws Exception {
    assertThat(history.difference(1, 2))
        .contains("--- revision 1", "+++ revision 2", "http://first", "http://second")
        .doesNotContain("secret one")
        .doesNotContain("secret two");
    assertThat(history.difference(2, 2)).isEmpty();
  }

  @Test
  void goesBackAndHoldsProvidersUntilTheyMayGoOn() throws Exception {
    assertThat(history.rollBack(1)).isEqualTo(3);
    assertThat(active().snapshots()).isEqualTo(content(1).snapshots());

    assertThat(publisher.publish("file", snapshot("third", "x"), LEASE)).contains(1L);
    assertThat(fleet.revisions().active().orElseThrow().number()).isEqualTo(3);

    assertThat(history.resume()).isTrue();
    assertThat(publisher.publish("file", snapshot("third", "x"), LEASE)).isEmpty();
    assertThat(active().rolledBackTo()).isEmpty();
    assertThat(history.resume()).isFalse();
    assertThat(history.entries())
        .extracting(RevisionEntry::author)
        .containsExactly(
            "file on member",
            "file on member",
            "rollback to 1 on member",
            "resume on member",
            "file on member");
  }

  @Test
  void aRollbackToWhatIsServedHoldsProvidersToo() throws Exception {
    assertThat(history.rollBack(2)).isEqualTo(3);
    assertThat(active().rolledBackTo()).isEqualTo(Optional.of(2L));
  }

  @Test
  void namesARevisionThatIsNotThere() {
    assertThatThrownBy(() -> history.rollBack(9))
        .isInstanceOf(History.UnknownRevisionException.class)
        .hasMessage("revision 9 is not there; `phalanx config history` lists those that are");
  }

  private RevisionContent content(long number) throws InterruptedException {
    return RevisionContent.decode(fleet.revisions().revision(number).orElseThrow().hidden());
  }

  @Test
  void settingsAreARevisionOfTheirOwnAndTakeProvidersAway() throws Exception {
    Tree.Mapping settings = JsonReader.read("f.json", "{\"ping\": {\"entryPoint\": \"a\"}}").tree();

    assertThat(history.apply(settings, Set.of("file"))).contains(3L);
    assertThat(history.apply(settings, Set.of("file"))).isEmpty();

    assertThat(history.entries().getLast().author()).isEqualTo("settings on member");
    assertThat(active().settings().block("ping")).isPresent();
    assertThat(active().snapshots()).isEmpty();
    assertThat(history.difference(2, 3)).contains("+    \"ping\" : {", "-    \"file\" : {");
    history.rollBack(2);
    assertThat(active().settings().entries()).isEmpty();
    assertThat(active().snapshots()).containsOnlyKeys("file");
  }

  @Test
  void aProviderThatIsNoneAnyMorePublishesNothing() throws Exception {
    publisher.publish("gone", snapshot("third", "x"), LEASE);

    assertThat(active().snapshots()).containsOnlyKeys("file");
  }
}
