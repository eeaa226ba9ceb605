package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.TestApi.Call;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GandiTest {
  private static final String SET = "/domains/example.com/records/_acme-challenge.www/TXT";

  private final List<String> values = new ArrayList<>(List.of("\"foreign\""));
  private final TestApi api;
  private List<String> othersWrite = List.of();

  GandiTest() throws IOException {
    api = new TestApi(this::reply);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Reply reply(Call call) {
    assertThat(call.path()).isEqualTo(SET);
    if (!Set.of("Bearer pat", "Apikey old-key").contains(call.header("authorization"))) {
      return Reply.of(
          401,
          "{\"object\": \"HTTPUnauthorized\", \"cause\": \"Unauthorized\","
              + " \"message\": \"no such token as "
              + call.header("authorization")
              + "\"}");
    }
    return switch (call.method()) {
      case "GET" ->
          values.isEmpty()
              ? Reply.of(404, "{\"message\": \"Can't find the DNS record\"}")
              : Reply.json(Map.of("rrset_ttl", 300, "rrset_values", values));
      case "PUT" -> {
        assertThat(call.json().path("rrset_ttl").asInt()).isEqualTo(300);
        values.clear();
        call.json().path("rrset_values").forEach(value -> values.add(value.asString()));
        if (!othersWrite.isEmpty()) {
          // They had read the set before it was written.
          values.clear();
          values.addAll(othersWrite);
          othersWrite = List.of();
        }
        yield Reply.of(201, "{\"message\": \"DNS Record Created\"}");
      }
      case "DELETE" -> {
        values.clear();
        yield Reply.of(204, "");
      }
      default -> Reply.of(405, "");
    };
  }

  private DnsProvider provider(String variable, String secret) {
    return api.provider("gandiv5", Map.of(variable, secret, "GANDIV5_BASE_URL", api.url()));
  }

  private List<String> plain() {
    return values.stream().map(value -> value.replace("\"", "")).toList();
  }

  @Test
  void keepsTheContract() throws Exception {
    ProviderContract.check(provider("GANDIV5_PERSONAL_ACCESS_TOKEN", "pat"), this::plain);
  }

  @Test
  void theLastValueGoesWithItsSet() throws Exception {
    values.clear();
    DnsProvider provider = provider("GANDIV5_API_KEY", "old-key");
    provider.add(RECORD);
    assertThat(plain()).containsExactly("value-1");
    provider.remove(RECORD);

    assertThat(api.changes()).containsExactly("PUT " + SET, "DELETE " + SET);
  }

  @Test
  void whatOthersOverwroteIsWrittenAgain() throws Exception {
    othersWrite = List.of("\"foreign\"", "\"another\"");
    provider("GANDIV5_PERSONAL_ACCESS_TOKEN", "pat").add(RECORD);

    assertThat(plain()).containsExactlyInAnyOrder("foreign", "another", "value-1");
  }

  @Test
  void noErrorShowsTheCredentials() {
    assertThatThrownBy(() -> provider("GANDIV5_PERSONAL_ACCESS_TOKEN", "wrong-pat").add(RECORD))
        .isInstanceOf(DnsException.class)
        .hasMessageContaining("no such token as Bearer ********")
        .hasMessageNotContaining("wrong-pat");
  }
}
