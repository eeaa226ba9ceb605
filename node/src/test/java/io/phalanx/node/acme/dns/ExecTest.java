package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.providers.tree.Secret;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecTest {
  @TempDir private Path directory;

  private DnsProvider provider(String script, Map<String, String> own) throws Exception {
    return provider(script, own, Map.of());
  }

  private DnsProvider provider(
      String script, Map<String, String> own, Map<String, String> environment) throws Exception {
    Path program = directory.resolve("program");
    Files.writeString(program, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    var variables = new HashMap<String, Secret>();
    own.forEach((name, value) -> variables.put(name, new Secret(value)));
    variables.put("EXEC_PATH", new Secret(program.toString()));
    try (HttpClient http = HttpClient.newHttpClient()) {
      return DnsProviders.open(
          new DnsOptions(
              "exec",
              new Variables(variables, environment),
              List.of(),
              List.of(),
              new DnsOptions.Checks(true, false),
              Duration.ZERO),
          new ApiClient.Connection(http, new TestTime()),
          _ -> "example.com");
    }
  }

  private String written() throws Exception {
    return Files.readString(directory.resolve("out"));
  }

  private String append() {
    return "printf '%s|' \"$@\" >> " + directory.resolve("out") + "\n";
  }

  @Test
  void isRunWithTheNameAndTheValue() throws Exception {
    DnsProvider provider = provider(append(), Map.of());
    provider.add(RECORD);
    provider.remove(RECORD);

    assertThat(written())
        .isEqualTo(
            "present|_acme-challenge.www.example.com.|value-1|"
                + "cleanup|_acme-challenge.www.example.com.|value-1|");
  }

  @Test
  void isRunWithWhatIsBehindThemIfItIsToBeRaw() throws Exception {
    provider(append(), Map.of("EXEC_MODE", "RAW")).add(RECORD);

    assertThat(written()).isEqualTo("present|--|www.example.com|token-1|token-1.thumbprint|");
  }

  @Test
  void hasTheVariablesOfTheResolver() throws Exception {
    provider("printf '%s' \"$MY_TOKEN\" > " + directory.resolve("out"), Map.of("MY_TOKEN", "mine"))
        .add(RECORD);

    assertThat(written()).isEqualTo("mine");
  }

  @Test
  void itsWordsAreToldWithoutWhatIsSecret() throws Exception {
    DnsProvider provider =
        provider(
            "echo \"no zone for $MY_TOKEN\" >&2\nhead -c 300000 /dev/zero\nexit 3\n",
            Map.of("MY_TOKEN", "sesame"));

    assertThatThrownBy(() -> provider.add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessageContaining("ends with 3: no zone for ********")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700));
  }

  @Test
  void norWithWhatTheEnvironmentAndFilesHave() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "of-a-file\n");
    DnsProvider provider =
        provider(
            "echo \"+ login a1 of-a-file of-the-environment in /tmp\"\nexit 3\n",
            Map.of("MY_PASSWORD_FILE", file.toString(), "MY_EMPTY", "", "MY_MODE", "a1"),
            Map.of("API_KEY", "of-the-environment", "TMPDIR", "/tmp"));

    assertThatThrownBy(() -> provider.add(RECORD))
        .hasMessageEndingWith("ends with 3: + login a1 ******** ******** in /tmp");
  }

  @Test
  void isEndedWhenItsTimeIsOver() throws Exception {
    DnsProvider provider = provider("sleep 300 & wait\n", Map.of("EXEC_PROPAGATION_TIMEOUT", "1"));

    assertThatThrownBy(() -> provider.add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessageContaining("does not end within 1 s");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() throws Exception {
    DnsProvider provider = provider("", Map.of());
    Files.delete(directory.resolve("program"));

    assertThatThrownBy(() -> provider.add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessageContaining(directory.resolve("program").toString());
  }
}
