package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.providers.tree.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
  @TempDir private Path directory;

  private static Variables of(Map<String, String> environment) {
    return new Variables(Map.of(), environment);
  }

  @Test
  void theResolversOwnCountBeforeTheEnvironment() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "of-file\n");
    var environment = Map.of("X_TOKEN", "of-environment");

    assertThat(of(environment).optional("X_TOKEN")).contains("of-environment");
    assertThat(
            new Variables(Map.of("x_token_file", new Secret(file.toString())), environment)
                .optional("X_TOKEN"))
        .contains("of-file");
    assertThat(new Variables(Map.of("X_TOKEN", new Secret("own")), environment).optional("X_TOKEN"))
        .contains("own");
  }

  @Test
  void aFileOfTheEnvironmentIsReadEachTime() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "first");
    Variables variables = of(Map.of("X_TOKEN_FILE", file.toString()));
    assertThat(variables.optional("X_TOKEN")).contains("first");

    Files.writeString(file, "second\n");
    assertThat(variables.optional("X_TOKEN")).contains("second");
    Files.delete(file);
    assertThatThrownBy(() -> variables.optional("X_TOKEN"))
        .isInstanceOf(MissingVariableException.class)
        .hasMessage("X_TOKEN_FILE: " + file + " cannot be read (NoSuchFileException)");
  }

  @Test
  void aFileHasBounds() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "x".repeat(70_000));

    assertThatThrownBy(() -> of(Map.of("X_FILE", file.toString())).optional("X"))
        .hasMessage("X_FILE: " + file + " is too large");
    Files.writeString(file, " \n");
    assertThatThrownBy(() -> of(Map.of("X_FILE", file.toString())).optional("X"))
        .hasMessage("X_FILE: " + file + " is empty");
  }

  @Test
  void anEmptyOneIsNotThere() {
    assertThat(of(Map.of("X", " ")).optional("X")).isEmpty();
    assertThatThrownBy(() -> of(Map.of()).required("some", "X"))
        .isInstanceOf(MissingVariableException.class)
        .hasMessage(
            "provider some needs X or X_FILE, in the environment or in dnsChallenge.variables");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "61", "much", "99999999999999999999"})
  void secondsAreWithinBounds(String text) {
    Variables variables = of(Map.of("X_TTL", text));

    assertThatThrownBy(
            () -> variables.seconds("X_TTL", Duration.ofSeconds(5), Duration.ofSeconds(60)))
        .hasMessage("X_TTL is a number of seconds from 1 to 60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://api.test", "ftp://127.0.0.1", "https://user:pass@h.test", "x"})
  void credentialsGoOverTls(String url) {
    assertThatThrownBy(() -> of(Map.of("X_URL", url)).url("https://usual.test", "X_URL"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X_URL is ");
  }

  @Test
  void onThisMachineTheyMayGoWithout() {
    assertThat(of(Map.of("X_URL", "http://127.0.0.1:1/")).url("https://usual.test", "X_URL"))
        .hasToString("http://127.0.0.1:1");
    assertThat(of(Map.of()).url("https://usual.test", "X_URL")).hasToString("https://usual.test");
  }

  @Test
  void nothingOfThemShows() {
    var variables = new Variables(Map.of("X", new Secret("sesame")), Map.of("Y", "sesame"));

    assertThat(variables.toString()).isEqualTo("Variables[X]");
  }
}
