package io.phalanx.node.acme.dns;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The interface of Hetzner's cloud: values are put into a set and taken out of it by actions, which
 * take some time.
 */
final class HetznerCloud implements DnsProvider {
  static final List<String> VARIABLES =
      List.of("HETZNER_API_TOKEN", "HETZNER_API_KEY", "HETZNER_BASE_URL");

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ApiClient client;
  private final Timing timing;
  private final ZoneFinder zones;

  HetznerCloud(DnsProviders.Parts parts) {
    String token =
        parts
            .variables()
            .optionalToken("HETZNER_API_TOKEN")
            .orElseThrow(
                () ->
                    Variables.missing(
                        "hetzner", "HETZNER_API_TOKEN, or HETZNER_API_KEY of the DNS console"));
    this.client =
        new ApiClient(
            parts.connection(),
            parts.variables().url("https://api.hetzner.cloud/v1", "HETZNER_BASE_URL"),
            parts.timing().answer(),
            Signing.with("Authorization", "Bearer " + token),
            List.of(token));
    this.timing = parts.timing();
    this.zones = parts.zones();
  }

  private static String path(String zone, ChallengeRecord record) {
    return "/zones/" + zone + "/rrsets/" + record.within(zone) + "/TXT";
  }

  private boolean isThere(String path, ChallengeRecord record)
      throws DnsException, InterruptedException {
    Optional<JsonNode> set = client.find(path);
    if (set.isPresent()) {
      for (JsonNode one : set.get().path("rrset").path("records")) {
        if (record.isValue(one.path("value").asString(""))) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    String path = path(zones.zone(record.name()), record);
    if (!isThere(path, record)) {
      act(
          path + "/actions/add_records",
          Map.of(
              "ttl",
              timing.ttl().toSeconds(),
              "records",
              List.of(Map.of("value", record.quoted()))));
    }
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    String path = path(zones.zone(record.name()), record);
    if (isThere(path, record)) {
      act(
          path + "/actions/remove_records",
          Map.of("records", List.of(Map.of("value", record.quoted()))));
    }
  }

  private void act(String path, Map<String, ?> body) throws DnsException, InterruptedException {
    Instant end = client.time().instant().plus(timing.propagation());
    JsonNode action = client.json("POST", path, ApiClient.json(body)).path("action");
    while (action.path("status").asString("").equals("running")) {
      if (client.time().instant().isAfter(end)) {
        throw new DnsException("Hetzner does not come to an end with the record");
      }
      client.time().pass(LOOK);
      action = client.get("/actions/" + action.path("id").asLong(0)).path("action");
    }
    if (!action.path("status").asString("").equals("success")) {
      throw new DnsException(
          "Hetzner did not change the record: "
              + action.path("error").path("message").asString("no reason given"));
    }
  }
}
