package io.phalanx.node.activation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.tree.Tree;
import io.phalanx.secrets.OffHeap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevisionContentTest {
  private static final RevisionContent EMPTY = RevisionContent.of(Tree.Mapping.EMPTY);

  private static Snapshot snapshot(List<Problem> problems) {
    return new Snapshot(DynamicConfig.EMPTY, problems);
  }

  @Test
  void problemsTravelWithTheSnapshotAndGoWithIt() throws Exception {
    List<Problem> problems =
        List.of(
            new Problem("/etc/routes.yml", 7, "http.routers.a.b.rule", "is \"not\" served"),
            new Problem("", 0, "", ""));

    RevisionContent sent =
        EMPTY.with("file", snapshot(problems)).with("consulcatalog", snapshot(List.of()));
    RevisionContent received = RevisionContent.decode(sent.encode());

    assertThat(received.snapshots()).isEqualTo(sent.snapshots());
    assertThat(received.problems()).containsOnlyKeys("file").containsEntry("file", problems);
    assertThat(received.with("file", snapshot(List.of())).problems()).isEmpty();
  }

  @Test
  void problemsAreBoundedAndTheRestIsCounted() {
    String long2000 = "x".repeat(2_000);
    List<Problem> many =
        IntStream.range(0, 1_500).mapToObj(i -> new Problem("f", i, "p", long2000)).toList();

    List<Problem> shared =
        EMPTY.with("file", snapshot(many)).problems().getOrDefault("file", List.of());

    assertThat(shared).hasSize(1_001);
    assertThat(shared.getFirst().message()).hasSize(1_003).endsWith("...");
    assertThat(shared.getLast().message()).isEqualTo("and 500 more mistakes, which the log names");
  }

  @Test
  void aRevisionOfAReleaseThatTellsNoProblemsIsRead() {
    String text =
        "{\"format\":\"1\",\"settings\":{},\"snapshots\":{\"file\":{\"http\":{\"routers\":{}}}}}";

    assertThat(RevisionContent.decode(OffHeap.taken(text.getBytes(UTF_8))).problems()).isEmpty();
  }

  @Test
  void nothingButMistakesTakesNothingAway() {
    var good = new Snapshot(routed(), List.of());
    var blind =
        new Snapshot(
            DynamicConfig.EMPTY,
            List.of(new Problem("routes.yml", 0, "", "there is no such file")));
    var emptied = new Snapshot(DynamicConfig.EMPTY, List.of());
    RevisionContent before = RevisionContent.of(Tree.Mapping.EMPTY).with("file", good);

    RevisionContent after = before.with("file", blind);

    assertThat(after.snapshots()).isEqualTo(before.snapshots());
    assertThat(after.problems()).containsKey("file");
    assertThat(before.with("file", emptied).snapshots()).containsEntry("file", DynamicConfig.EMPTY);
    assertThat(RevisionContent.of(Tree.Mapping.EMPTY).with("file", blind).snapshots())
        .containsEntry("file", DynamicConfig.EMPTY);
  }

  private static DynamicConfig routed() {
    return DynamicConfigReader.read(
            "f.yml", "http: {services: {s: {loadBalancer: {servers: [{url: \"http://a\"}]}}}}")
        .decoded()
        .value()
        .orElseThrow();
  }

  @Test
  void whatIsRolledBackToTravelsWithIt() throws Exception {
    RevisionContent back = RevisionContent.of(Tree.Mapping.EMPTY).rolledBackTo(Optional.of(7L));

    assertThat(RevisionContent.decode(back.encode()).rolledBackTo()).contains(7L);
    assertThat(back.with("file", new Snapshot(routed(), List.of())).rolledBackTo()).contains(7L);
  }
}
