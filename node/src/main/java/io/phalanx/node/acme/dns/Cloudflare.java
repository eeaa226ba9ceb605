package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Cloudflare's interface, version 4: a record for each value. */
final class Cloudflare implements DnsProvider {
  static final List<String> VARIABLES =
      List.of(
          "CF_DNS_API_TOKEN",
          "CLOUDFLARE_DNS_API_TOKEN",
          "CF_ZONE_API_TOKEN",
          "CLOUDFLARE_ZONE_API_TOKEN",
          "CF_API_EMAIL",
          "CLOUDFLARE_EMAIL",
          "CF_API_KEY",
          "CLOUDFLARE_API_KEY",
          "CLOUDFLARE_BASE_URL");

  /** Less is refused for zones of most plans. */
  private static final long LEAST_TTL = 60;

  private static final int MOST_PER_PAGE = 100;

  private final ApiClient zoneClient;
  private final ApiClient recordClient;
  private final long ttl;
  private final ZoneFinder zones;

  Cloudflare(DnsProviders.Parts parts) {
    Variables variables = parts.variables();
    URI base = variables.url("https://api.cloudflare.com/client/v4", "CLOUDFLARE_BASE_URL");
    Duration limit = parts.timing().answer();
    Optional<String> token =
        variables.optionalToken("CF_DNS_API_TOKEN", "CLOUDFLARE_DNS_API_TOKEN");
    var secrets = new ArrayList<String>();
    Signing ofRecords;
    Signing ofZones;
    if (token.isPresent()) {
      String forZones =
          variables
              .optionalToken("CF_ZONE_API_TOKEN", "CLOUDFLARE_ZONE_API_TOKEN")
              .orElse(token.get());
      secrets.addAll(List.of(token.get(), forZones));
      ofRecords = Signing.with("Authorization", "Bearer " + token.get());
      ofZones = Signing.with("Authorization", "Bearer " + forZones);
    } else {
      Optional<String> email = variables.optionalToken("CF_API_EMAIL", "CLOUDFLARE_EMAIL");
      Optional<String> key = variables.optionalToken("CF_API_KEY", "CLOUDFLARE_API_KEY");
      if (email.isEmpty() || key.isEmpty()) {
        throw Variables.missing("cloudflare", "CF_DNS_API_TOKEN, or CF_API_EMAIL and CF_API_KEY");
      }
      secrets.add(key.get());
      ofRecords = (_, _) -> Map.of("X-Auth-Email", email.get(), "X-Auth-Key", key.get());
      ofZones = ofRecords;
    }
    this.recordClient = new ApiClient(parts.connection(), base, limit, ofRecords, secrets);
    this.zoneClient = new ApiClient(parts.connection(), base, limit, ofZones, secrets);
    this.ttl = Math.max(LEAST_TTL, parts.timing().ttl().toSeconds());
    this.zones = parts.zones();
  }

  private String records(ChallengeRecord record) throws DnsException, InterruptedException {
    String zone = zones.zone(record.name());
    for (JsonNode one : zoneClient.get("/zones?name=" + zone).path("result")) {
      if (one.path("name").asString("").equalsIgnoreCase(zone)) {
        return "/zones/" + id(one) + "/dns_records";
      }
    }
    throw new DnsException("Cloudflare knows no zone " + zone + " with these credentials");
  }

  private static String id(JsonNode node) {
    return URLEncoder.encode(node.path("id").asString(""), UTF_8);
  }

  private List<String> found(String records, ChallengeRecord record)
      throws DnsException, InterruptedException {
    var found = new ArrayList<String>();
    JsonNode all =
        recordClient.get(
            records + "?type=TXT&per_page=" + MOST_PER_PAGE + "&name=" + record.name());
    for (JsonNode one : all.path("result")) {
      if (one.path("name").asString("").equalsIgnoreCase(record.name())
          && one.path("type").asString("").equals("TXT")
          && record.isValue(one.path("content").asString(""))) {
        found.add(id(one));
      }
    }
    return found;
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    String records = records(record);
    if (found(records, record).isEmpty()) {
      recordClient.require(
          "POST",
          records,
          ApiClient.json(
              Map.of(
                  "type", "TXT", "name", record.name(), "content", record.quoted(), "ttl", ttl)));
    }
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    String records = records(record);
    for (String id : found(records, record)) {
      recordClient.delete(records + '/' + id);
    }
  }
}
