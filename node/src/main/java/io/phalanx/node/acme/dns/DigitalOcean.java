package io.phalanx.node.acme.dns;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** DigitalOcean's interface, version 2: a record for each value. */
final class DigitalOcean implements DnsProvider {
  static final List<String> VARIABLES = List.of("DO_AUTH_TOKEN", "DO_API_URL");

  private static final int MOST_PER_PAGE = 200;

  private final ApiClient client;
  private final long ttl;
  private final ZoneFinder zones;

  DigitalOcean(DnsProviders.Parts parts) {
    String token = parts.variables().token("digitalocean", "DO_AUTH_TOKEN");
    this.client =
        new ApiClient(
            parts.connection(),
            parts.variables().url("https://api.digitalocean.com", "DO_API_URL"),
            parts.timing().answer(),
            Signing.with("Authorization", "Bearer " + token),
            List.of(token));
    this.ttl = parts.timing().ttl().toSeconds();
    this.zones = parts.zones();
  }

  private static String records(String zone) {
    return "/v2/domains/" + zone + "/records";
  }

  private List<Long> found(String zone, ChallengeRecord record)
      throws DnsException, InterruptedException {
    var found = new ArrayList<Long>();
    JsonNode all =
        client.get(
            records(zone) + "?type=TXT&per_page=" + MOST_PER_PAGE + "&name=" + record.name());
    for (JsonNode one : all.path("domain_records")) {
      if (one.path("name").asString("").equalsIgnoreCase(record.within(zone))
          && one.path("type").asString("").equals("TXT")
          && record.isValue(one.path("data").asString(""))) {
        found.add(one.path("id").asLong(0));
      }
    }
    return found;
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    String zone = zones.zone(record.name());
    if (found(zone, record).isEmpty()) {
      client.require(
          "POST",
          records(zone),
          ApiClient.json(
              Map.of(
                  "type", "TXT", "name", record.within(zone), "data", record.value(), "ttl", ttl)));
    }
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    String zone = zones.zone(record.name());
    for (long id : found(zone, record)) {
      client.delete(records(zone) + '/' + id);
    }
  }
}
