package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.dynamic.TcpRouter;
import io.phalanx.providers.tree.ReadLimits;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the provider reads at first. */
class FileProviderTest extends ProvidedFiles {
  @Test
  void readsAllFormatsOfADirectoryAndItsSubDirectories() throws Exception {
    write("a.yml", router("a"));
    write("sub/b.yaml", router("b"));
    write("sub/deeper/c.toml", "[http.routers.c]\nrule = \"Path(`/c`)\"\nservice = \"s\"\n");
    write("d.json", "{\"http\":{\"routers\":{\"d\":{\"rule\":\"Path(`/d`)\",\"service\":\"s\"}}}}");
    write("notes.txt", router("no"));

    try (var provider = RunningProvider.start(watched())) {
      Snapshot first = provider.first();

      assertThat(routers(first)).containsExactlyInAnyOrder("a", "b", "c", "d");
      assertThat(first.problems()).isEmpty();
    }
  }

  @Test
  void atFirstOnlyTheObjectsWithAMistakeAreLeftOut() throws Exception {
    write("a.yml", router("a") + "    typo:\n      rulle: Path(`/typo`)\n      service: s\n");
    write("b.yml", "http: [");
    write("c.yml", router("c"));

    try (var provider = RunningProvider.start(watched())) {
      Snapshot first = provider.first();

      assertThat(routers(first)).containsExactlyInAnyOrder("a", "c");
      assertThat(first.problems())
          .extracting(problem -> Path.of(problem.source()).getFileName().toString())
          .containsExactly("a.yml", "b.yml");
    }
  }

  @Test
  void objectsOfTcpAreThoseOfAllFiles() throws Exception {
    Path first = write("1.yml", "tcp:\n  routers:\n    r: {rule: HostSNI(`*`), service: s}\n");
    Path second =
        write(
            "2.yml",
            "tcp:\n  routers:\n    r: {rule: ClientIP(`::1`), service: s}\n"
                + "  services: {s: {loadBalancer: {servers: [{address: '127.0.0.1:1'}]}}}\n");

    try (var provider = RunningProvider.start(watched())) {
      Snapshot snapshot = provider.first();

      assertThat(snapshot.config().tcp().services()).containsOnlyKeys("s");
      assertThat(snapshot.config().tcp().routers().values())
          .extracting(TcpRouter::rule)
          .containsExactly("HostSNI(`*`)");
      assertThat(snapshot.problems())
          .containsExactly(
              new Problem(
                  second.toString(),
                  3,
                  "tcp.routers.r",
                  "is defined in " + first + " already; that one counts"));
    }
  }

  @Test
  void ofTwoObjectsOfTheSameNameTheOneInTheFirstFileCounts() throws Exception {
    Path first = write("1.yml", "http:\n  routers:\n    same: {rule: Path(`/1`), service: s}\n");
    Path second = write("2.yml", "http:\n  routers:\n    same: {rule: Path(`/2`), service: s}\n");

    try (var provider = RunningProvider.start(watched())) {
      Snapshot snapshot = provider.first();

      assertThat(snapshot.config().http().routers().values())
          .extracting(Router::rule)
          .containsExactly("Path(`/1`)");
      assertThat(snapshot.problems())
          .containsExactly(
              new Problem(
                  second.toString(),
                  3,
                  "http.routers.same",
                  "is defined in " + first + " already; that one counts"));
    }
  }

  @Test
  void withoutWatchAFileThatCannotBeParsedKeepsTheWholeProviderOut() throws Exception {
    write("a.yml", router("a"));
    write("b.yml", "http: [");
    var options =
        new FileOptions(Optional.empty(), Optional.of(directory.toString()), false, false);

    try (var provider = RunningProvider.start(options)) {
      Snapshot first = provider.first();

      assertThat(routers(first)).isEmpty();
      assertThat(first.problems()).hasSize(1);
    }
  }

  @Test
  void filesAreTemplatesThatSeeTheEnvironment() throws Exception {
    write("a.yml", router("{{ env \"NAME\" }}"));

    try (var provider = RunningProvider.start(watched(), Map.of("NAME", "rendered"))) {
      assertThat(routers(provider.first())).containsExactly("rendered");
    }
  }

  @Test
  void aMistakeInATemplateIsToldWithItsLine() throws Exception {
    Path file = write("a.yml", "http:\n  routers: {{ nosuch }}\n");

    try (var provider = RunningProvider.start(watched())) {
      assertThat(provider.first().problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.source()).isEqualTo(file.toString());
                assertThat(problem.line()).isEqualTo(2);
                assertThat(problem.message()).startsWith("function \"nosuch\" is not supported");
              });
    }
  }

  @Test
  void whatIsNoTextOrTooLargeIsReported() throws Exception {
    Files.write(directory.resolve("binary.yml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    try (var large = new RandomAccessFile(directory.resolve("large.yml").toFile(), "rw")) {
      large.setLength(ReadLimits.MAX_CHARACTERS + 1L);
    }
    write("ok.yml", router("ok"));

    try (var provider = RunningProvider.start(watched())) {
      Snapshot first = provider.first();

      assertThat(routers(first)).containsExactly("ok");
      assertThat(first.problems())
          .extracting(Problem::message)
          .containsExactly(
              "is not UTF-8 text", "is larger than " + ReadLimits.MAX_CHARACTERS + " bytes");
    }
  }

  @Test
  void aLinkThatLeadsInACircleIsNotFollowed() throws Exception {
    write("sub/a.yml", router("a"));
    Files.createSymbolicLink(directory.resolve("sub/circle"), directory);

    try (var provider = RunningProvider.start(watched())) {
      assertThat(routers(provider.first())).containsExactly("a");
    }
  }

  @Test
  void aPlaceToReadFromIsNeeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileOptions(Optional.empty(), Optional.empty(), true, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileOptions(Optional.of(""), Optional.of(" "), true, false));
  }
}
