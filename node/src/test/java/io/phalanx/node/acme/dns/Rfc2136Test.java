package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;

class Rfc2136Test {
  private static final String SECRET = "c2VjcmV0LW9mLXRoZS1rZXktMzItYnl0ZXMtbG9uZyE=";

  @TempDir private Path directory;

  private final TestNameServer server = new TestNameServer();

  Rfc2136Test() throws IOException {
    server.withZone("example.com.").with(RECORD.name() + ". TXT \"foreign\"");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private DnsProvider provider(Map<String, String> further) {
    var variables = new HashMap<>(Map.of("RFC2136_NAMESERVER", server.address().toString()));
    variables.putAll(further);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return DnsProviders.open(
          TestApi.options("rfc2136", variables),
          new ApiClient.Connection(http, new TestTime()),
          _ -> {
            throw new AssertionError("its own server knows the zone");
          });
    }
  }

  private static Map<String, String> key(String algorithm, String secret) {
    return Map.of(
        "RFC2136_TSIG_KEY", "Phalanx.",
        "RFC2136_TSIG_ALGORITHM", algorithm,
        "RFC2136_TSIG_SECRET", secret);
  }

  private void require(Name algorithm) {
    server.withKey(new TSIG(algorithm, "phalanx.", SECRET));
  }

  private List<String> values() {
    return server.texts(RECORD.name());
  }

  @Test
  void keepsTheContract() throws Exception {
    ProviderContract.check(provider(Map.of()), this::values);

    assertThat(server.asked().getLast().getTSIG()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hmac-sha1",
        "hmac-sha224",
        "hmac-sha256.",
        "HMAC-SHA384",
        "hmac-sha512",
        "hmac-md5"
      })
  void signsWithWhatIsWanted(String algorithm) throws Exception {
    String plain = algorithm.replace(".", "").toLowerCase(Locale.ROOT);
    require(plain.equals("hmac-md5") ? TSIG.HMAC_MD5 : Name.fromString(plain + '.'));
    ProviderContract.check(provider(key(algorithm, SECRET)), this::values);
  }

  @Test
  void recordsHaveTheirTimeToLive() throws Exception {
    provider(Map.of("RFC2136_TTL", "7")).add(RECORD);

    assertThat(server.asked().getLast().getSection(Section.UPDATE).getFirst().getTTL())
        .isEqualTo(7);
  }

  @Test
  void anUpdateThatIsLostIsSentAgain() throws Exception {
    server.lose(1);
    provider(Map.of("RFC2136_DNS_TIMEOUT", "1")).add(RECORD);

    assertThat(values()).contains("value-1");
  }

  @Test
  void aKeyMayBeInAFile() throws Exception {
    require(TSIG.HMAC_SHA256);
    Path file =
        Files.writeString(
            directory.resolve("key"),
            "key \"phalanx\" {\n\talgorithm hmac-sha256;\n\tsecret \"" + SECRET + "\";\n};\n");
    provider(Map.of("RFC2136_TSIG_FILE", file.toString())).add(RECORD);

    assertThat(values()).contains("value-1");
    Files.writeString(file, "nothing of that kind");
    assertThatThrownBy(() -> provider(Map.of("RFC2136_TSIG_FILE", file.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no key as tsig-keygen writes it");
    Files.delete(file);
    assertThatThrownBy(() -> provider(Map.of("RFC2136_TSIG_FILE", file.toString())))
        .isInstanceOf(MissingVariableException.class);
  }

  @Test
  void aWrongKeyIsToldWithoutTheSecret() {
    require(TSIG.HMAC_SHA256);
    String wrong = "d3Jvbmc=";

    assertThatThrownBy(() -> provider(key("hmac-sha256", wrong)).add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessageContaining("refuses the update: NOTAUTH")
        .hasMessageNotContaining(wrong);
    assertThat(values()).containsExactly("foreign");
  }

  @Test
  void anAnswerThatIsNotSignedIsNotBelieved() {
    require(TSIG.HMAC_SHA256);
    server.forgetToSign();

    assertThatThrownBy(() -> provider(key("hmac-sha256", SECRET)).add(RECORD))
        .isInstanceOf(DnsException.class);
  }

  @Test
  void aSecretNeedsAName() {
    assertThatThrownBy(() -> provider(Map.of("RFC2136_TSIG_SECRET", SECRET)))
        .isInstanceOf(MissingVariableException.class)
        .hasMessageContaining("RFC2136_TSIG_KEY")
        .hasMessageNotContaining(SECRET);
  }
}
