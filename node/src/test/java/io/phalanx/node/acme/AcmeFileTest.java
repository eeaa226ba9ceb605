package io.phalanx.node.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AcmeFileTest {
  private static final String FILE =
      """
      {
        "le": {
          "Account": {
            "Email": "ops@example.org",
            "Registration": {"body": {"status": "valid"}, "uri": "https://ca.test/acct/1"},
            "PrivateKey": "U0VDUkVU", "KeyType": "4096"
          },
          "Certificates": [
            {"domain": {"main": "a.test", "sans": ["b.test"]}, "certificate": "Q0VSVA==",
             "key": "U0VDUkVU", "Store": "default"},
            {"domain": {"main": "c.test"}, "certificate": "Q0VSVA==", "key": "S0VZ"}
          ]
        },
        "empty": {"Account": null, "Certificates": null},
        "new": {}
      }
      """;

  private static AcmeFile read(String text) throws IOException {
    return AcmeFile.read("acme.json", text);
  }

  private static AcmeFile.Stored stored(AcmeFile file, String resolver) {
    return Objects.requireNonNull(file.resolvers().get(resolver));
  }

  @Test
  void itsResolversAreRead() throws Exception {
    AcmeFile file = read(FILE);

    assertThat(file.resolvers().keySet()).containsExactly("le", "empty", "new");
    AcmeFile.Stored le = stored(file, "le");
    assertThat(le.account().orElseThrow().location()).contains("https://ca.test/acct/1");
    assertThat(le.account().orElseThrow().key().value()).isEqualTo("U0VDUkVU");
    assertThat(le.certificates().stream().map(AcmeFile.Certificate::names))
        .containsExactly(List.of("a.test", "b.test"), List.of("c.test"));
    assertThat(stored(file, "empty").certificates()).isEmpty();
  }

  @Test
  void nothingOfAKeyShows() throws Exception {
    assertThat(read(FILE).toString()).doesNotContain("U0VDUkVU").contains("********");
  }

  @Test
  void thatOfTraefik1IsRefusedByItsName() {
    for (String old :
        List.of(
            "{\"Account\": {\"Email\": \"\", \"PrivateKey\": \"U0VDUkVU\"},"
                + " \"Certificates\": [{\"Domain\": {\"Main\": \"a.test\"}}]}",
            "{\"Account\": null, \"Certificates\": [], \"HTTPChallenges\": {}}",
            "{\"Email\": \"\", \"PrivateKey\": \"U0VDUkVU\","
                + " \"DomainsCertificate\": {\"Certs\": []}}")) {
      assertThatThrownBy(() -> read(old))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("acme.json is of Traefik 1")
          .hasMessageNotContaining("U0VDUkVU");
    }
  }

  @Test
  void whatIsNoneIsToldWithItsPlace() {
    assertThatThrownBy(() -> read("{\n  \"le\": }")).hasMessageContaining("acme.json:2");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("an object is expected");
    assertThatThrownBy(() -> read("")).hasMessageContaining("no certificate resolver");
    assertThatThrownBy(() -> read("{\n\"http\": {\"routers\": {}}}"))
        .hasMessageContaining("acme.json:2")
        .hasMessageContaining("it is no acme.json");
    assertThatThrownBy(() -> read("{\"le\": [1]}")).hasMessageContaining("le");
    assertThatThrownBy(() -> read("{\"le\": {\"Certificates\": {}}}"))
        .hasMessageContaining("Certificates is no list");
    assertThatThrownBy(() -> read("{\"le\": {\"Certificates\": [{\"key\": \"U0VDUkVU\"}]}}"))
        .hasMessageContaining("a certificate has no domain")
        .hasMessageNotContaining("U0VDUkVU");
  }

  @Test
  void tooMuchIsRefused() {
    String text = "{\"le\": {\"x\": \"" + "y".repeat(AcmeFile.MAX_CHARACTERS) + "\"}}";

    assertThatThrownBy(() -> read(text)).hasMessageContaining("longer than");
  }
}
