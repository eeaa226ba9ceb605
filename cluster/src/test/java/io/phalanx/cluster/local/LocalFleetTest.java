package io.phalanx.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetContract;
import io.phalanx.cluster.Fleets;
import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFleetTest extends FleetContract {
  @TempDir private Path directory;

  @Test
  void documentsAreOnDiskSealedAndOneThatIsDamagedLeavesTheOthers() throws Exception {
    Path key = directory.resolve("own").resolve("signing.key");
    try (LocalFleet fleet = LocalFleet.start(InstantSource.system(), key)) {
      written(fleet, 1, "one", Optional.empty(), "PRIVATE KEY one");
      Document gone = written(fleet, 1, "gone", Optional.empty(), "PRIVATE KEY gone");
      written(fleet, 1, "two", Optional.empty(), "PRIVATE KEY two");
      assertThat(fleet.documents().remove(new Lease("task", "me", 1), gone))
          .isInstanceOf(Documents.Outcome.Written.class);
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(key.resolveSibling("documents"))) {
      files = all.filter(file -> file.toString().endsWith(".document")).toList();
    }
    assertThat(files).hasSize(2);
    for (Path file : files) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .doesNotContain("PRIVATE KEY");
    }
    Files.write(files.getFirst(), new byte[60]);
    try (LocalFleet fleet = LocalFleet.start(InstantSource.system(), key)) {
      assertThat(fleet.documents().all()).hasSize(1);
      assertThat(Path.of(files.getFirst() + ".damaged")).exists();
    }
  }

  @Test
  void aDocumentThatCannotBeKeptNamesTheFileAndIsKeptLater() throws Exception {
    Path key = directory.resolve("own").resolve("signing.key");
    Path documents = key.resolveSibling("documents");
    Path away = directory.resolve("away");
    var lease = new Lease("task", "me", 1);
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    try (LocalFleet fleet = LocalFleet.start(InstantSource.system(), key)) {
      assertThat(fleet.documents().all()).isEmpty();
      Files.move(documents, away);
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThat(fleet.documents().put(lease, "one", Optional.empty(), content.clone()))
            .isInstanceOfSatisfying(
                Documents.Outcome.Unavailable.class,
                outcome ->
                    assertThat(outcome.reason())
                        .contains(documents.toString(), "cannot be written: its directory is not")
                        .doesNotContain(".new"));
      }
      assertThat(fleet.documents().all()).isEmpty();

      Files.move(away, documents);
      assertThat(fleet.documents().put(lease, "one", Optional.empty(), content))
          .isInstanceOf(Documents.Outcome.Written.class);
    }
  }

  @Override
  protected Fleets start() {
    LocalFleet fleet =
        LocalFleet.start(InstantSource.system(), directory.resolve("data").resolve("signing.key"));
    return new Fleets() {
      @Override
      public List<Fleet> all() {
        return List.of(fleet);
      }

      @Override
      public void kill(int member) {
        // A fleet of one has nobody to go on.
      }

      @Override
      public void close() {
        fleet.close();
      }
    };
  }
}
