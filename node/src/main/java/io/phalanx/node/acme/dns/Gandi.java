package io.phalanx.node.acme.dns;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Gandi's LiveDNS. It has all values of a name in one set, which is written as a whole: what others
 * wrote in between is seen afterwards, and the set is written again.
 */
final class Gandi implements DnsProvider {
  static final List<String> VARIABLES =
      List.of("GANDIV5_PERSONAL_ACCESS_TOKEN", "GANDIV5_API_KEY", "GANDIV5_BASE_URL");

  private static final int MAX_ATTEMPTS = 5;

  /** Less is refused. */
  private static final long LEAST_TTL = 300;

  private final ApiClient client;
  private final long ttl;
  private final ZoneFinder zones;

  Gandi(DnsProviders.Parts parts) {
    Variables variables = parts.variables();
    Optional<String> token = variables.optionalToken("GANDIV5_PERSONAL_ACCESS_TOKEN");
    String secret =
        token
            .or(() -> variables.optionalToken("GANDIV5_API_KEY"))
            .orElseThrow(
                () ->
                    Variables.missing(
                        "gandiv5", "GANDIV5_PERSONAL_ACCESS_TOKEN, or GANDIV5_API_KEY"));
    this.client =
        new ApiClient(
            parts.connection(),
            variables.url("https://api.gandi.net/v5/livedns", "GANDIV5_BASE_URL"),
            parts.timing().answer(),
            Signing.with("Authorization", (token.isPresent() ? "Bearer " : "Apikey ") + secret),
            List.of(secret));
    this.ttl = Math.max(LEAST_TTL, parts.timing().ttl().toSeconds());
    this.zones = parts.zones();
  }

  private static String path(String zone, ChallengeRecord record) {
    return "/domains/" + zone + "/records/" + record.within(zone) + "/TXT";
  }

  private List<String> values(String path) throws DnsException, InterruptedException {
    var values = new ArrayList<String>();
    Optional<JsonNode> set = client.find(path);
    if (set.isPresent()) {
      set.get().path("rrset_values").forEach(value -> values.add(value.asString("")));
    }
    return values;
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    String path = path(zones.zone(record.name()), record);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      List<String> values = values(path);
      if (values.stream().anyMatch(record::isValue)) {
        return;
      }
      values.add(record.quoted());
      write(path, values);
    }
    throw overwritten(record);
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    String path = path(zones.zone(record.name()), record);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      List<String> values = values(path);
      if (!values.removeIf(record::isValue)) {
        return;
      }
      if (values.isEmpty()) {
        client.delete(path);
      } else {
        write(path, values);
      }
    }
    throw overwritten(record);
  }

  private void write(String path, List<String> values) throws DnsException, InterruptedException {
    client.require("PUT", path, ApiClient.json(Map.of("rrset_ttl", ttl, "rrset_values", values)));
  }

  private static DnsException overwritten(ChallengeRecord record) {
    return new DnsException("somebody else writes " + record.name() + " at Gandi all the time");
  }
}
