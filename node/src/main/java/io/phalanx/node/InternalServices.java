package io.phalanx.node;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The services of a node's own, by their qualified names. */
final class InternalServices {
  private InternalServices() {}

  /**
   * @param ping what answers, if the settings turn it on
   * @param prometheus empty if there are no metrics
   * @param challenges what answers authorities, if a certificate resolver has HTTP challenges
   */
  static Map<String, Endpoint> of(
      Settings settings,
      Endpoint ping,
      Optional<? extends Endpoint> prometheus,
      Endpoint challenges) {
    var services = new HashMap<String, Endpoint>();
    services.put("noop@internal", exchange -> exchange.respond(Answer.empty(418)));
    settings.ping().ifPresent(_ -> services.put("ping@internal", ping));
    prometheus.ifPresent(endpoint -> services.put("prometheus@internal", endpoint));
    if (settings.certificatesResolvers().values().stream()
        .anyMatch(resolver -> resolver.acme().httpChallenge().isPresent())) {
      services.put("acme-http@internal", challenges);
    }
    services.replaceAll(InternalServices::noted);
    return services;
  }

  private static Endpoint noted(String name, Endpoint endpoint) {
    return exchange -> {
      exchange.trail().reachedService(name);
      endpoint.answer(exchange);
    };
  }
}
