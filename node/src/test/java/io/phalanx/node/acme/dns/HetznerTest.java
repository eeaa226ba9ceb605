package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.TestApi.Call;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Both of its interfaces: the cloud's, and the older one of the DNS console. */
class HetznerTest {
  private static final String SET = "/zones/example.com/rrsets/_acme-challenge.www/TXT";

  private final List<String> set = new ArrayList<>(List.of("\"foreign\""));
  private final SortedMap<Integer, String> records = new TreeMap<>(Map.of(150, "foreign"));
  private int looks;
  private boolean fails;

  private Reply cloud(Call call) {
    if (!call.header("authorization").equals("Bearer cloud-token")) {
      return Reply.of(
          401,
          "{\"error\": {\"code\": \"unauthorized\", \"message\": \"unable to authenticate\"}}");
    }
    if (call.path().equals("/actions/7")) {
      boolean ends = ++looks % 3 == 0;
      return Reply.json(Map.of("action", action(ends ? (fails ? "error" : "success") : "running")));
    }
    if (call.method().equals("GET")) {
      assertThat(call.path()).isEqualTo(SET);
      return set.isEmpty()
          ? Reply.of(404, "{\"error\": {\"code\": \"not_found\"}}")
          : Reply.json(
              Map.of(
                  "rrset",
                  Map.of("records", set.stream().map(one -> Map.of("value", one)).toList())));
    }
    String value = call.json().path("records").path(0).path("value").asString();
    if (call.path().equals(SET + "/actions/add_records")) {
      assertThat(call.json().path("ttl").asInt()).isEqualTo(120);
      set.add(value);
    } else {
      assertThat(call.path()).isEqualTo(SET + "/actions/remove_records");
      set.remove(value);
    }
    return Reply.of(
        201, JsonMapper.shared().writeValueAsString(Map.of("action", action("running"))));
  }

  private static Map<String, ?> action(String status) {
    return status.equals("error")
        ? Map.of("id", 7, "status", status, "error", Map.of("message", "zone is locked"))
        : Map.of("id", 7, "status", status);
  }

  private Reply console(Call call) {
    if (!call.header("auth-api-token").equals("console-key")) {
      return Reply.of(401, "{\"message\": \"Invalid authentication credentials\"}");
    }
    if (call.path().equals("/api/v1/zones")) {
      return call.parameter("name").equals("example.com")
          ? Reply.json(Map.of("zones", List.of(Map.of("id", "zone-9", "name", "example.com"))))
          : Reply.of(404, "{}");
    }
    return switch (call.method()) {
      case "GET" -> {
        assertThat(call.parameter("zone_id")).isEqualTo("zone-9");
        // The first page has others.
        boolean first = call.parameter("page").equals("1");
        yield Reply.json(
            Map.of(
                "records",
                first
                    ? List.of(entry(1, "MX", "mail"))
                    : records.entrySet().stream()
                        .map(one -> entry(one.getKey(), "TXT", one.getValue()))
                        .toList(),
                "meta",
                Map.of("pagination", Map.of("last_page", 2))));
      }
      case "POST" -> {
        assertThat(call.json().path("zone_id").asString()).isEqualTo("zone-9");
        assertThat(call.json().path("name").asString()).isEqualTo("_acme-challenge.www");
        records.put(records.lastKey() + 1, call.json().path("value").asString());
        yield Reply.json(Map.of("record", Map.of()));
      }
      case "DELETE" -> {
        records.remove(Integer.valueOf(call.path().substring("/api/v1/records/".length())));
        yield Reply.of(200, "");
      }
      default -> Reply.of(405, "");
    };
  }

  private static Map<String, ?> entry(int id, String type, String value) {
    return Map.of(
        "id", String.valueOf(id), "type", type, "name", "_acme-challenge.www", "value", value);
  }

  @Test
  void theCloudKeepsTheContract() throws Exception {
    try (var api = new TestApi(this::cloud)) {
      ProviderContract.check(
          api.provider(
              "hetzner", Map.of("HETZNER_API_TOKEN", "cloud-token", "HETZNER_BASE_URL", api.url())),
          () -> set.stream().map(value -> value.replace("\"", "")).toList());
    }
  }

  @Test
  void anActionThatFailsIsTold() throws Exception {
    fails = true;
    try (var api = new TestApi(this::cloud)) {
      assertThatThrownBy(
              () ->
                  api.provider(
                          "hetzner",
                          Map.of("HETZNER_API_TOKEN", "cloud-token", "HETZNER_BASE_URL", api.url()))
                      .add(RECORD))
          .isInstanceOf(DnsException.class)
          .hasMessageContaining("zone is locked");
    }
  }

  @Test
  void theConsoleKeepsTheContract() throws Exception {
    try (var api = new TestApi(this::console)) {
      ProviderContract.check(
          api.provider(
              "hetzner", Map.of("HETZNER_API_KEY", "console-key", "HETZNER_BASE_URL", api.url())),
          () -> List.copyOf(records.values()));
    }
  }

  @Test
  void wrongCredentialsAreToldInItsWords() throws Exception {
    try (var api = new TestApi(this::cloud)) {
      assertThatThrownBy(
              () ->
                  api.provider(
                          "hetzner",
                          Map.of("HETZNER_API_TOKEN", "wrong", "HETZNER_BASE_URL", api.url()))
                      .add(RECORD))
          .hasMessage("127.0.0.1 answers 401: unable to authenticate");
    }
    try (var api = new TestApi(this::console)) {
      assertThatThrownBy(
              () ->
                  api.provider(
                          "hetzner",
                          Map.of("HETZNER_API_KEY", "wrong", "HETZNER_BASE_URL", api.url()))
                      .add(RECORD))
          .hasMessage("127.0.0.1 answers 401: Invalid authentication credentials");
      assertThatThrownBy(() -> api.provider("hetzner", Map.of()))
          .isInstanceOf(MissingVariableException.class)
          .hasMessageContaining("HETZNER_API_TOKEN, or HETZNER_API_KEY");
    }
  }
}
