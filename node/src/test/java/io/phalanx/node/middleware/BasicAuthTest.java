package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthTest {
  private static final String BEN = "'ben:{SHA}obOd1B+0Ocbuthu+hBNsGCzqBPw='";
  private static final String ANNA =
      "'anna:$2y$04$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci'";

  private static TestRequest login(String credentials) {
    return TestRequest.get("/")
        .with(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
  }

  private static Passage passage(String users) {
    return Passage.of(BasicAuth.TYPE, "{users: [" + users + "]}");
  }

  @ParameterizedTest
  @CsvSource({"ben:tulip", "anna:orange-42"})
  void letsPassWhoKnowsThePassword(String credentials) {
    var outcome = passage(BEN + ", " + ANNA).send(login(credentials));

    assertThat(outcome.reachedServer()).isTrue();
    assertThat(outcome.requestHeaders().text())
        .containsExactly(
            "authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ben:wrong", "anna:wrong", "eve:tulip", "ben:", ":tulip", "ben"})
  void challengesAllOthers(String credentials) {
    var outcome = passage(BEN + ", " + ANNA).send(login(credentials));

    assertThat(outcome.reachedServer()).isFalse();
    assertThat(outcome.status()).isEqualTo(401);
    assertThat(outcome.body()).isEqualTo("401 Unauthorized\n");
    assertThat(outcome.headers().text())
        .containsExactlyInAnyOrder(
            "www-authenticate: Basic realm=\"traefik\"", "content-type: text/plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic", "Basic ", "Basic !!", "Bearer YmVuOnR1bGlw", "YmVuOnR1bGlw", "Basic YmV"})
  void challengesWhatIsNoCredentials(String line) {
    var outcome = passage(BEN).send(TestRequest.get("/").with("Authorization", line));

    assertThat(outcome.status()).isEqualTo(401);
  }

  @Test
  void ofSeveralLinesTheFirstCounts() {
    var outcome =
        passage(BEN)
            .send(
                TestRequest.get("/")
                    .with("Authorization", "Basic YmVuOndyb25n")
                    .with("Authorization", "basic YmVuOnR1bGlw"));

    assertThat(outcome.status()).isEqualTo(401);
    assertThat(
            passage(BEN)
                .send(TestRequest.get("/").with("Authorization", "basic YmVuOnR1bGlw"))
                .status())
        .isEqualTo(200);
  }

  @Test
  void tellsTheServerTheNameInPlaceOfTheCredentials() {
    var passage =
        Passage.of(
            BasicAuth.TYPE,
            "{users: ['zoë:{SHA}ZNDLxfAsOQTuT0OcpHZIC2e14+E='], headerField: X-Name,"
                + " removeHeader: true}");

    var outcome = passage.send(login("zoë:été").with("X-Name", "boss"));

    assertThat(outcome.requestHeaders().text()).containsExactly("x-name: zo\u00c3\u00ab");
    assertThat(outcome.request().user()).isEqualTo("zoë");
  }

  @Test
  void theLogHasTheNameOfWhoWasRefusedToo() {
    assertThat(passage(BEN).send(login("eve:x")).request().user()).isEqualTo("eve");
  }

  @Test
  void theLastEntryForANameCounts() {
    var passage = passage("'ben:{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=', " + BEN);

    assertThat(passage.send(login("ben:tulip")).status()).isEqualTo(200);
    assertThat(passage.send(login("ben:")).status()).isEqualTo(401);
  }

  @Test
  void bcryptWaitsOnNoThreadOfTheRequest() {
    RequestHead stranger = login("eve:some password that nobody tried before").head();

    Passage costly = passage(ANNA.replace("$04$", "$12$"));

    assertThat(costly.step().onRequest(stranger)).isInstanceOf(Verdict.Wait.class);
  }

  @Test
  void realmsMayHoldQuotes() {
    var passage = Passage.of(BasicAuth.TYPE, "{users: [" + BEN + "], realm: 'a \"b\" \\'}");

    assertThat(passage.send(TestRequest.get("/")).headers().text())
        .contains("www-authenticate: Basic realm=\"a \\\"b\\\" \\\\\"");
  }

  @Test
  void readsTheUsersFileThatIsStillANameAndLetsItsOwnUsersCountMore(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("users");
    Files.writeString(
        file, "# people\n\nben:{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n" + ANNA.replace("'", "") + "\n");
    var passage = Passage.of(BasicAuth.TYPE, "{usersFile: '" + file + "', users: [" + BEN + "]}");

    assertThat(passage.send(login("anna:orange-42")).status()).isEqualTo(200);
    assertThat(passage.send(login("ben:tulip")).status()).isEqualTo(200);
    assertThat(passage.send(login("ben:")).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | users has no entry, and neither has usersFile",
        "{users: ['hunter2']} | users[0] has 1 parts with a colon between them, not 2",
        "{users: ['a:b', 'a:hunter2:c']} | users[1] has 3 parts with a colon between them, not 2",
        "{usersFile: /no/such/file} | usersFile /no/such/file: there is no such file",
        "{users: ['a:b'], headerField: 'X Y'} | headerField \"X Y\" is no name of a header",
        "{users: ['a:b'], headerField: content-length} | headerField \"content-length\" says where"
            + " a message goes or ends, or how it is sent",
        "{users: ['a:b'], headerField: Transfer-Encoding} | headerField \"Transfer-Encoding\" says"
            + " where a message goes or ends, or how it is sent",
        "{users: ['a:b'], headerField: Connection} | headerField \"Connection\" says where a"
            + " message goes or ends, or how it is sent",
        "{users: ['a:b'], headerField: HOST} | headerField \"HOST\" says where a message goes or"
            + " ends, or how it is sent",
        "{users: ['a:$2y$20$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci']}"
            + " | users[0]: a bcrypt cost of 20 takes minutes for each login; the highest is 16"
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(BasicAuth.TYPE, options))
        .withMessage(message);
  }
}
