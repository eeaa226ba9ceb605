package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.acme.dns.ApiClient.Signing;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server that is told by requests, as lego tells it: {@code POST /present} and {@code POST
 * /cleanup} with the name and the value; with mode RAW the domain, the token and the authorization.
 */
final class HttpReq implements DnsProvider {
  static final List<String> VARIABLES =
      List.of("HTTPREQ_ENDPOINT", "HTTPREQ_MODE", "HTTPREQ_USERNAME", "HTTPREQ_PASSWORD");

  private final ApiClient client;
  private final boolean raw;

  HttpReq(DnsProviders.Parts parts) {
    Variables variables = parts.variables();
    String given = variables.required("httpreq", "HTTPREQ_ENDPOINT");
    this.raw = variables.isRaw("HTTPREQ_MODE");
    Optional<String> user = variables.optional("HTTPREQ_USERNAME");
    Optional<String> password = variables.optional("HTTPREQ_PASSWORD");
    if (user.isPresent() != password.isPresent()) {
      throw Variables.missing("httpreq", "both HTTPREQ_USERNAME and HTTPREQ_PASSWORD, or none");
    }
    URI endpoint =
        user.isPresent()
            ? variables.url(given, "HTTPREQ_ENDPOINT")
            : Variables.uri(given, "HTTPREQ_ENDPOINT");
    Signing signing = (_, _) -> Map.of();
    var secrets = new ArrayList<String>();
    if (user.isPresent()) {
      String pair = user.get() + ':' + password.orElseThrow();
      String encoded = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
      signing = Signing.with("Authorization", "Basic " + encoded);
      secrets.add(encoded);
      secrets.add(password.orElseThrow());
    }
    this.client =
        new ApiClient(parts.connection(), endpoint, parts.timing().answer(), signing, secrets);
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    client.require("POST", "/present", body(record));
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    client.require("POST", "/cleanup", body(record));
  }

  private String body(ChallengeRecord record) {
    return ApiClient.json(
        raw
            ? Map.of(
                "domain", record.domain(),
                "token", record.token(),
                "keyAuth", record.authorization())
            : Map.of("fqdn", record.name() + '.', "value", record.value()));
  }
}
