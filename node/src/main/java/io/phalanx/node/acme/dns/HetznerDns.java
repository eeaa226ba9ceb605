package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The interface of Hetzner's DNS console, which is older than that of its cloud. */
final class HetznerDns implements DnsProvider {
  private static final int MOST_PER_PAGE = 100;
  private static final int MOST_PAGES = 100;

  private final ApiClient client;
  private final long ttl;
  private final ZoneFinder zones;

  HetznerDns(DnsProviders.Parts parts) {
    String key = parts.variables().token("hetzner", "HETZNER_API_KEY");
    this.client =
        new ApiClient(
            parts.connection(),
            parts.variables().url("https://dns.hetzner.com", "HETZNER_BASE_URL"),
            parts.timing().answer(),
            Signing.with("Auth-API-Token", key),
            List.of(key));
    this.ttl = parts.timing().ttl().toSeconds();
    this.zones = parts.zones();
  }

  private record Zone(String name, String id) {}

  private Zone zone(ChallengeRecord record) throws DnsException, InterruptedException {
    String zone = zones.zone(record.name());
    Optional<JsonNode> known = client.find("/api/v1/zones?name=" + zone);
    if (known.isPresent()) {
      for (JsonNode one : known.get().path("zones")) {
        if (one.path("name").asString("").equalsIgnoreCase(zone)) {
          return new Zone(zone, one.path("id").asString(""));
        }
      }
    }
    throw new DnsException("Hetzner knows no zone " + zone + " with these credentials");
  }

  private List<String> found(Zone zone, ChallengeRecord record)
      throws DnsException, InterruptedException {
    var found = new ArrayList<String>();
    String path =
        "/api/v1/records?per_page="
            + MOST_PER_PAGE
            + "&zone_id="
            + URLEncoder.encode(zone.id(), UTF_8)
            + "&page=";
    for (int page = 1; page <= MOST_PAGES; page++) {
      JsonNode all = client.get(path + page);
      for (JsonNode one : all.path("records")) {
        if (one.path("type").asString("").equals("TXT")
            && one.path("name").asString("").equalsIgnoreCase(record.within(zone.name()))
            && record.isValue(one.path("value").asString(""))) {
          found.add(URLEncoder.encode(one.path("id").asString(""), UTF_8));
        }
      }
      if (all.path("meta").path("pagination").path("last_page").asInt(1) <= page) {
        return found;
      }
    }
    throw new DnsException(
        "zone " + zone.name() + " has more than " + MOST_PAGES * MOST_PER_PAGE + " records");
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    Zone zone = zone(record);
    if (found(zone, record).isEmpty()) {
      client.require(
          "POST",
          "/api/v1/records",
          ApiClient.json(
              Map.of(
                  "type", "TXT",
                  "name", record.within(zone.name()),
                  "value", record.value(),
                  "ttl", ttl,
                  "zone_id", zone.id())));
    }
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    Zone zone = zone(record);
    for (String id : found(zone, record)) {
      client.delete("/api/v1/records/" + id);
    }
  }
}
