package io.phalanx.node.acme;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.pipeline.Endpoint;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code acme-http@internal}: what an authority asks for on port 80 (RFC 8555, section 8.3), the
 * same on every member; 404 for whatever else is asked for. Thread-safe.
 */
public final class HttpChallenges implements Endpoint {
  /** Where it is asked for. */
  public static final String PATH = "/.well-known/acme-challenge/";

  private static final Answer UNKNOWN = Answer.error(404, "404 page not found");

  private volatile Map<String, String> authorizations = Map.of();

  /** From now on these are answered, and no others. */
  void answer(Map<String, String> byToken) {
    authorizations = Map.copyOf(byToken);
  }

  Optional<String> authorization(String path) {
    if (!path.startsWith(PATH)) {
      return Optional.empty();
    }
    @Nullable String known = authorizations.get(path.substring(PATH.length()));
    return Optional.ofNullable(known);
  }

  @Override
  public void answer(Exchange exchange) {
    exchange.respond(
        authorization(exchange.request().path())
            .map(authorization -> Answer.plainText(200, authorization))
            .orElse(UNKNOWN));
  }
}
