package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.TestApi.Call;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpReqTest {
  private final TestApi api;

  HttpReqTest() throws IOException {
    api =
        new TestApi(
            call ->
                call.header("authorization").equals("Basic dXNlcjpwYXNz")
                    ? Reply.of(200, "")
                    : Reply.of(401, "no: " + call.header("authorization")));
  }

  @AfterEach
  void close() {
    api.close();
  }

  private DnsProvider provider(Map<String, String> further) {
    var variables = new LinkedHashMap<>(further);
    variables.put("HTTPREQ_ENDPOINT", api.url() + "/dns/");
    return api.provider("httpreq", variables);
  }

  private static Map<String, String> login(String password) {
    return Map.of("HTTPREQ_USERNAME", "user", "HTTPREQ_PASSWORD", password);
  }

  @Test
  void sendsTheNameAndTheValue() throws Exception {
    DnsProvider provider = provider(login("pass"));
    provider.add(RECORD);
    provider.remove(RECORD);

    assertThat(api.changes()).containsExactly("POST /dns/present", "POST /dns/cleanup");
    for (Call call : api.calls()) {
      assertThat(call.header("content-type")).isEqualTo("application/json");
      assertThat(call.json().properties()).hasSize(2);
      assertThat(call.json().path("fqdn").asString()).isEqualTo("_acme-challenge.www.example.com.");
      assertThat(call.json().path("value").asString()).isEqualTo("value-1");
    }
  }

  @Test
  void sendsWhatIsBehindThemIfItIsToBeRaw() throws Exception {
    var variables = new LinkedHashMap<>(login("pass"));
    variables.put("HTTPREQ_MODE", "RAW");
    provider(variables).add(RECORD);

    assertThat(api.calls().getFirst().json().path("domain").asString())
        .isEqualTo("www.example.com");
    assertThat(api.calls().getFirst().json().path("token").asString()).isEqualTo("token-1");
    assertThat(api.calls().getFirst().json().path("keyAuth").asString())
        .isEqualTo("token-1.thumbprint");
  }

  @Test
  void isRefusedWithoutShowingThePassword() {
    assertThatThrownBy(() -> provider(login("wrong")).add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessage("127.0.0.1 answers 401: no: Basic ********");
  }

  @Test
  void namesWhatIsWrong() {
    assertThatThrownBy(() -> provider(Map.of("HTTPREQ_MODE", "raw-ish")))
        .hasMessage("HTTPREQ_MODE is RAW or is not there");
    assertThatThrownBy(() -> provider(Map.of("HTTPREQ_USERNAME", "user")))
        .hasMessageContaining("both HTTPREQ_USERNAME and HTTPREQ_PASSWORD, or none");
    assertThatThrownBy(() -> api.provider("httpreq", Map.of()))
        .hasMessageContaining("HTTPREQ_ENDPOINT");
    assertThatThrownBy(
            () ->
                api.provider(
                    "httpreq",
                    Map.of(
                        "HTTPREQ_ENDPOINT",
                        "http://files.test",
                        "HTTPREQ_USERNAME",
                        "me",
                        "HTTPREQ_PASSWORD",
                        "mine")))
        .hasMessage("HTTPREQ_ENDPOINT is an https URL, as credentials go there");
    assertThatThrownBy(
            () -> api.provider("httpreq", Map.of("HTTPREQ_ENDPOINT", "ftp://files.test")))
        .hasMessage("HTTPREQ_ENDPOINT is no URL of http or https");
  }
}
