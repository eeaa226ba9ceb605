package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.key.FleetKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int execute(Object command, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(errors, true))
        .setUnmatchedOptionsArePositionalParams(true)
        .execute(arguments);
  }

  @Test
  void fleetKeyPrintsAKeyThatIsNewEachTime() {
    assertThat(execute(new FleetCommand(), "key")).isZero();
    assertThat(execute(new FleetCommand(), "key")).isZero();

    assertThat(out.toString().lines().map(FleetKey::parse).distinct()).hasSize(2);
  }

  @Test
  void fleetKeyWritesAFileThatAFleetReadsAndNeverOverOne() throws Exception {
    Path file = directory.resolve("fleet.key");

    assertThat(execute(new FleetCommand(), "key", "--out", file.toString())).isZero();
    FleetKey key = FleetKey.read(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(out.toString()).doesNotContain(key.text());

    assertThat(execute(new FleetCommand(), "key", "--out", file.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("is there already");
    assertThat(FleetKey.read(file)).isEqualTo(key);
    assertThat(execute(new FleetCommand(), "key", "--out", file + "/no/such")).isEqualTo(1);
  }

  @Test
  void healthcheckSaysWhyThereIsNoAnswer() throws Exception {
    int port;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    String entryPoint = "--entryPoints.traefik.address=127.0.0.1:" + port;

    assertThat(execute(new HealthcheckCommand(), "--ping", entryPoint)).isEqualTo(1);

    assertThat(errors.toString())
        .isEqualToIgnoringNewLines(
            "No answer from http://127.0.0.1:" + port + "/ping: nothing listens there");
  }

  @Test
  void nearlyAnOptionInTheEnvironmentIsAWarningAndOthersAreNot() throws Exception {
    var starter =
        new NodeStarter(
            Map.of(
                "TRAEFIK_ENTRYPONTS_WEB_ADDRESS", ":1",
                "PHALANX_FLET_NAME", "x",
                "TRAEFIK_PORT_80_TCP", "tcp://10.0.0.1:80",
                "TRAEFIK_SERVICE_HOST", "10.0.0.1",
                "PHALANX_FLEET_KEY", "secret",
                "PHALANX_JAVA_OPTS", "-Xmx1g",
                "TRAEFIK_LOG_LEVEL", "debug"),
            directory);

    assertThat(starter.prepare(List.of()).warnings())
        .extracting(Object::toString)
        .containsExactly(
            "environment variable TRAEFIK_ENTRYPONTS_WEB_ADDRESS: is not used: \"entryponts\" is"
                + " no option; did you mean \"entryPoints\"?",
            "environment variable PHALANX_FLET_NAME: is not used: \"flet\" is no option; did you"
                + " mean \"fleet\"?");
  }

  @Test
  void certImportTellsWhatIsWrongWithAFileBeforeItAsksANode() throws Exception {
    Path file = directory.resolve("acme.json");
    String dataDirectory = "--dataDir=" + directory.resolve("none");
    assertThat(execute(new CertCommand(), "import", file.toString(), dataDirectory)).isEqualTo(2);
    assertThat(errors.toString()).contains("there is no file", "Nothing was imported.");
    Files.writeString(file, "{\"le\": {\"Certificates\": [{\"key\": \"U0VDUkVU\"}]}}");
    assertThat(execute(new CertCommand(), "import", file.toString(), dataDirectory)).isEqualTo(2);
    assertThat(errors.toString())
        .contains("acme.json:1: le: a certificate has no domain")
        .doesNotContain("U0VDUkVU");

    Files.writeString(file, "{\"le\": {}}");
    int code = execute(new CertCommand(), "import", file.toString(), dataDirectory);
    assertThat(code).as("no node answers").isNotZero().isNotEqualTo(2);
  }

  @Test
  void certExportWritesKeysOnlyIfThatIsSaidAndNeverOverAFile() throws Exception {
    Path file = directory.resolve("acme.json");
    assertThat(execute(new CertCommand(), "export", file.toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("--with-keys");

    CertFiles.write(file, "secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> CertFiles.write(file, "other")).hasMessageContaining("it stays");
    assertThat(file).hasContent("secret");
    assertThat(CertFiles.text(CertFiles.word("{\"ä\": 1}"))).isEqualTo("{\"ä\": 1}");
  }
}
