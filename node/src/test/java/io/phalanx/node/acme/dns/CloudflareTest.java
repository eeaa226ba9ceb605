package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.TestApi.Call;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloudflareTest {
  private static final String REFUSAL =
      "{\"success\": false, \"errors\": [{\"code\": 10000, \"message\": \"Authentication"
          + " error\"}]}";

  /** Contents by identifier. */
  private final Map<String, Map<String, ?>> records = new LinkedHashMap<>();

  private final TestApi api;

  CloudflareTest() throws IOException {
    records.put("r0", record("r0", "\"foreign\""));
    api = new TestApi(this::reply);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static Map<String, ?> record(String id, String content) {
    return Map.of("id", id, "type", "TXT", "name", RECORD.name(), "content", content);
  }

  private static boolean mayChange(Call call) {
    return call.header("authorization").equals("Bearer dns-token")
        || (call.header("x-auth-key").equals("global-key")
            && call.header("x-auth-email").equals("ops@example.com"));
  }

  private Reply reply(Call call) {
    if (call.path().equals("/zones")) {
      boolean may = mayChange(call) || call.header("authorization").equals("Bearer zone-token");
      return may
          ? Reply.json(
              Map.of(
                  "success",
                  true,
                  "result",
                  call.parameter("name").equals("example.com")
                      ? List.of(Map.of("id", "z1", "name", "example.com"))
                      : List.of()))
          : Reply.of(403, REFUSAL);
    }
    if (!mayChange(call)) {
      return Reply.of(403, REFUSAL);
    }
    String all = "/zones/z1/dns_records";
    return switch (call.method()) {
      case "GET" ->
          Reply.json(
              Map.of(
                  "success",
                  true,
                  "result",
                  records.values().stream()
                      .filter(one -> call.parameter("name").equals(one.get("name")))
                      .toList()));
      case "POST" -> {
        assertThat(call.path()).isEqualTo(all);
        assertThat(call.json().path("ttl").asInt()).isEqualTo(120);
        assertThat(call.json().path("type").asString()).isEqualTo("TXT");
        String id = "r" + records.size();
        records.put(id, record(id, call.json().path("content").asString()));
        yield Reply.json(Map.of("success", true));
      }
      case "DELETE" ->
          records.remove(call.path().substring(all.length() + 1)) == null
              ? Reply.of(404, "{}")
              : Reply.json(Map.of("success", true));
      default -> Reply.of(405, "");
    };
  }

  private List<String> values() {
    return records.values().stream()
        .map(one -> String.valueOf(one.get("content")).replace("\"", ""))
        .toList();
  }

  private DnsProvider provider(Map<String, String> credentials) {
    var variables = new LinkedHashMap<>(credentials);
    variables.put("CLOUDFLARE_BASE_URL", api.url());
    return api.provider("cloudflare", variables);
  }

  @Test
  void keepsTheContract() throws Exception {
    ProviderContract.check(provider(Map.of("CF_DNS_API_TOKEN", "dns-token")), this::values);
  }

  @Test
  void aTokenForZonesIsUsedForNothingElse() throws Exception {
    provider(Map.of("CF_DNS_API_TOKEN", "dns-token", "CF_ZONE_API_TOKEN", "zone-token"))
        .add(RECORD);

    assertThat(values()).contains("value-1");
    assertThat(api.calls())
        .allSatisfy(
            call ->
                assertThat(call.header("authorization"))
                    .isEqualTo(
                        call.path().equals("/zones") ? "Bearer zone-token" : "Bearer dns-token"));
  }

  @Test
  void aKeyOfTheAccountDoes() throws Exception {
    provider(Map.of("CLOUDFLARE_EMAIL", "ops@example.com", "CF_API_KEY", "global-key")).add(RECORD);

    assertThat(values()).contains("value-1");
  }

  @Test
  void tellsWhatItIsRefusedFor() {
    assertThatThrownBy(() -> provider(Map.of("CF_DNS_API_TOKEN", "wrong-token")).add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessage("127.0.0.1 answers 403: Authentication error");
  }

  @Test
  void namesTheZoneThatIsNotThere() {
    var client =
        DnsProviders.open(
            TestApi.options(
                "cloudflare",
                Map.of("CF_DNS_API_TOKEN", "dns-token", "CLOUDFLARE_BASE_URL", api.url())),
            api.connection(),
            _ -> "other.test");

    assertThatThrownBy(() -> client.add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessageContaining("no zone other.test");
  }

  @Test
  void needsCredentials() {
    assertThatThrownBy(() -> provider(Map.of("CF_API_KEY", "only")))
        .isInstanceOf(MissingVariableException.class)
        .hasMessageContaining("CF_DNS_API_TOKEN, or CF_API_EMAIL and CF_API_KEY");
  }
}
