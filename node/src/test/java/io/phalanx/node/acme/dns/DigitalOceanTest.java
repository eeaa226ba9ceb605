package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.TestApi.Call;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DigitalOceanTest {
  private static final String ALL = "/v2/domains/example.com/records";

  /** Values by identifier. */
  private final SortedMap<Integer, String> records = new TreeMap<>(Map.of(1, "foreign"));

  private final TestApi api;

  DigitalOceanTest() throws IOException {
    api = new TestApi(this::reply);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Reply reply(Call call) {
    if (!call.header("authorization").equals("Bearer do-token")) {
      return Reply.of(
          401, "{\"id\": \"Unauthorized\", \"message\": \"Unable to authenticate you\"}");
    }
    return switch (call.method()) {
      case "GET" -> {
        assertThat(call.path()).isEqualTo(ALL);
        assertThat(call.parameter("name")).isEqualTo("_acme-challenge.www.example.com");
        yield Reply.json(
            Map.of(
                "domain_records",
                records.entrySet().stream()
                    .map(
                        one ->
                            Map.of(
                                "id",
                                one.getKey(),
                                "type",
                                "TXT",
                                "name",
                                "_acme-challenge.www",
                                "data",
                                one.getValue()))
                    .toList()));
      }
      case "POST" -> {
        assertThat(call.json().path("name").asString()).isEqualTo("_acme-challenge.www");
        assertThat(call.json().path("ttl").asInt()).isEqualTo(30);
        records.put(records.lastKey() + 1, call.json().path("data").asString());
        yield Reply.of(201, "{\"domain_record\": {}}");
      }
      case "DELETE" -> {
        records.remove(Integer.valueOf(call.path().substring(ALL.length() + 1)));
        yield Reply.of(204, "");
      }
      default -> Reply.of(405, "");
    };
  }

  private DnsProvider provider(String token) {
    return api.provider("digitalocean", Map.of("DO_AUTH_TOKEN", token, "DO_API_URL", api.url()));
  }

  @Test
  void keepsTheContract() throws Exception {
    ProviderContract.check(provider("do-token"), () -> List.copyOf(records.values()));
  }

  @Test
  void tellsWhatItIsRefusedFor() {
    assertThatThrownBy(() -> provider("wrong").add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessage("127.0.0.1 answers 401: Unable to authenticate you");
  }

  @Test
  void needsAToken() {
    assertThatThrownBy(() -> api.provider("digitalocean", Map.of()))
        .isInstanceOf(MissingVariableException.class)
        .hasMessageContaining("DO_AUTH_TOKEN or DO_AUTH_TOKEN_FILE");
    assertThatThrownBy(() -> provider("two\nlines"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("DO_AUTH_TOKEN has characters that no credential has");
  }
}
