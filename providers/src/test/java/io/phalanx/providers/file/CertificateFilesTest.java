package io.phalanx.providers.file;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.Credentials;
import io.phalanx.providers.pem.TestPems;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFilesTest {
  private static final TestPems FIRST = TestPems.of("EC", 256, "first");
  private static final TestPems SECOND = TestPems.of("EC", 256, "second");

  @TempDir Path directory;
  private Path configuration;

  @BeforeEach
  void files() throws IOException {
    write("keys/live.crt", FIRST.certificate());
    write("keys/live.key", FIRST.pkcs8());
    configuration =
        write(
            "dynamic/tls.yml",
            """
            tls:
              certificates:
                - {certFile: %1$s/keys/live.crt, keyFile: %1$s/keys/live.key}
            """
                .formatted(directory));
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private RunningProvider provider() {
    return RunningProvider.start(
        new FileOptions(
            Optional.empty(), Optional.of(directory.resolve("dynamic").toString()), true, false));
  }

  private static List<String> certificates(Snapshot snapshot) {
    return snapshot.config().tls().certificates().stream().map(Tls.Certificate::certFile).toList();
  }

  @Test
  void theContentIsPublishedAndNotTheNames() throws Exception {
    try (var provider = provider()) {
      Snapshot snapshot = provider.first();

      assertThat(certificates(snapshot)).containsExactly(FIRST.certificate());
      assertThat(snapshot.config().tls().certificates().getFirst().keyFile().value())
          .isEqualTo(FIRST.pkcs8());
      assertThat(snapshot.problems()).isEmpty();
    }
  }

  @Test
  void aRenewalBesideTheConfigurationIsNoticedAndTheOldPairStaysUntilItIsWhole() throws Exception {
    try (var provider = provider()) {
      provider.first();

      write("keys/live.crt", SECOND.certificate());
      Snapshot half = provider.soon(snapshot -> !snapshot.problems().isEmpty());
      write("keys/live.key", SECOND.pkcs8());
      Snapshot whole = provider.soon(snapshot -> snapshot.problems().isEmpty());

      assertThat(certificates(half)).containsExactly(FIRST.certificate());
      assertThat(half.problems().getFirst().message()).contains("stays");
      assertThat(certificates(whole)).containsExactly(SECOND.certificate());
    }
  }

  @Test
  void badPairsAreNamedWithFileAndReasonAndTheOthersCount() throws Exception {
    write("keys/junk.crt", "junk");
    write("keys/other.key", SECOND.pkcs8());
    Files.writeString(
        configuration,
        """
        tls:
          certificates:
            - {certFile: %1$s/gone.crt, keyFile: %1$s/keys/live.key}
            - {certFile: %1$s/keys/junk.crt, keyFile: %1$s/keys/live.key}
            - {certFile: %1$s/keys/live.crt, keyFile: %1$s/keys/other.key}
            - {certFile: %1$s/keys/live.crt, keyFile: %1$s/keys}
            - {certFile: %1$s/keys/live.crt, keyFile: %1$s/keys/live.key}
          stores:
            default:
              defaultCertificate: {certFile: %1$s/none.crt, keyFile: %1$s/none.key}
        """
            .formatted(directory));
    try (var provider = provider()) {
      Snapshot snapshot = provider.first();

      // Those who serve are to name the routers of what lacks its key.
      assertThat(snapshot.config().tls().certificates())
          .extracting(one -> one.keyFile().value())
          .containsExactly(SECOND.pkcs8(), directory + "/keys", FIRST.pkcs8());
      assertThat(snapshot.problems().stream().map(Problem::toString))
          .satisfiesExactly(
              text -> assertThat(text).contains("tls.yml", "[0]", "gone.crt", "no such file"),
              text -> assertThat(text).contains("[1]", "junk.crt", "no certificate"),
              text -> assertThat(text).contains("[2]", "live.crt", "not the key"),
              text -> assertThat(text).contains("[3]", "keyFile", directory + "/keys is no file"),
              text -> assertThat(text).contains("defaultCertificate", "none.crt"));
    }
  }

  private DynamicConfig live() {
    var names =
        new Tls.Certificate(
            directory.resolve("keys/live.crt").toString(),
            new Secret(directory.resolve("keys/live.key").toString()),
            List.of());
    return DynamicConfig.EMPTY.with(new Tls(List.of(names), Map.of(), Map.of()));
  }

  @Test
  void oneThatIsOverIsNamedWithItsFileAndServed() throws Exception {
    DynamicConfig config = live();
    Instant end =
        Credentials.certificates(FIRST.certificate()).getFirst().getNotAfter().toInstant();
    var problems = new ArrayList<Problem>();

    new CertificateFiles(() -> end.minusSeconds(1)).withContents(configuration, config, problems);
    assertThat(problems).isEmpty();

    var files = new CertificateFiles(() -> end);
    for (int reading = 1; reading <= 2; reading++) {
      Tls read = files.withContents(configuration, config, problems).tls();
      assertThat(read.certificates()).hasSize(1);
      assertThat(problems)
          .hasSize(reading)
          .last()
          .asString()
          .contains("tls.yml: tls.certificates[0]: ", "keys/live.crt: it expired at " + end);
    }
  }

  @Test
  void oneThatIsNotValidYetIsTold() throws Exception {
    DynamicConfig config = live();
    Instant begin =
        Credentials.certificates(FIRST.certificate()).getFirst().getNotBefore().toInstant();
    var problems = new ArrayList<Problem>();

    new CertificateFiles(() -> begin).withContents(configuration, config, problems);
    assertThat(problems).isEmpty();
    new CertificateFiles(() -> begin.minusSeconds(1)).withContents(configuration, config, problems);
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("tls.yml: tls.certificates[0]: ", "live.crt: it is not valid before " + begin);
  }

  private static List<String> authorities(Snapshot snapshot) {
    Tls.Options staff = requireNonNull(snapshot.config().tls().options().get("staff"));
    return staff.clientAuth().orElseThrow().caFiles();
  }

  @Test
  void authoritiesTravelWithTheConfigurationAndAreWatched() throws Exception {
    write("ca/staff.pem", FIRST.certificate() + FIRST.pkcs8());
    Files.writeString(
        configuration,
        "tls: {options: {staff: {clientAuth: {caFiles: [%s/ca/staff.pem]}}}}".formatted(directory));
    try (var provider = provider()) {
      assertThat(authorities(provider.first()))
          .singleElement()
          .asString()
          .contains("BEGIN CERTIFICATE")
          .doesNotContain("PRIVATE KEY");

      write("ca/staff.pem", "junk");
      Snapshot broken = provider.soon(snapshot -> !snapshot.problems().isEmpty());
      write("ca/staff.pem", SECOND.certificate());
      Snapshot mended = provider.soon(snapshot -> snapshot.problems().isEmpty());

      assertThat(authorities(broken).getFirst().strip()).isEqualTo(FIRST.certificate().strip());
      assertThat(broken.problems().getFirst().toString())
          .contains("tls.yml", "staff.clientAuth.caFiles[0]", "staff.pem", "the last ones stay");
      assertThat(authorities(mended)).containsExactly(SECOND.certificate());
    }
  }

  @Test
  void authoritiesThatWereNeverReadStayAName() throws Exception {
    write("ca/README", "");
    String file = directory + "/ca/none.pem";
    Files.writeString(
        configuration, "tls: {options: {staff: {clientAuth: {caFiles: [%s]}}}}".formatted(file));
    try (var provider = provider()) {
      assertThat(authorities(provider.first())).containsExactly(file);

      write("ca/none.pem", FIRST.certificate());
      Snapshot there = provider.soon(snapshot -> !authorities(snapshot).equals(List.of(file)));

      assertThat(authorities(there)).containsExactly(FIRST.certificate());
    }
  }
}
