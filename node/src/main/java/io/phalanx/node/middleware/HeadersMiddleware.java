package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.HeadersOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code headers}: sets and removes header lines, answers CORS preflights, refuses foreign hosts
 * and adds security headers. As in Traefik the security part is inside: custom headers and CORS
 * have the last word over its headers.
 */
public final class HeadersMiddleware implements Middleware {
  public static final MiddlewareType<HeadersOptions> TYPE =
      new MiddlewareType<>(
          "headers", HeadersOptions.class, (options, _) -> new HeadersMiddleware(options));

  private final HeaderEdits requestEdits;
  private final HeaderEdits responseEdits;
  private final CorsPolicy cors;
  private final SecurityHeaders security;
  private final boolean withholdsPeer;
  private final String host;
  private final boolean requestOnly;
  private final Verdict badHost;
  private final Verdict plain;
  private final Verdict tls;

  HeadersMiddleware(HeadersOptions options) {
    Map<String, String> request = new LinkedHashMap<>();
    options.customRequestHeaders().forEach((name, value) -> request.put(name, value.value()));
    this.withholdsPeer =
        request.entrySet().stream()
            .anyMatch(
                entry ->
                    entry.getKey().equalsIgnoreCase("X-Forwarded-For")
                        && entry.getValue().isEmpty());
    this.host =
        request.entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase("Host"))
            .map(entry -> HeaderText.of("Host", entry.getValue()))
            .findFirst()
            .orElse("");
    request.keySet().removeIf("Host"::equalsIgnoreCase);
    this.requestEdits = new HeaderEdits(request);
    this.responseEdits = new HeaderEdits(options.customResponseHeaders());
    this.cors = new CorsPolicy(options);
    this.security = new SecurityHeaders(options);
    this.requestOnly =
        options.customResponseHeaders().isEmpty() && !cors.isDefined() && !security.isDefined();
    if (requestOnly && options.customRequestHeaders().isEmpty()) {
      throw new IllegalArgumentException("headers has no option that does anything");
    }
    this.badHost = new Verdict.Respond(SecurityHeaders.badHost(responseEdits));
    this.plain = Verdict.proceedThen(response -> edit(response.headers(), false));
    this.tls = Verdict.proceedThen(response -> edit(response.headers(), true));
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    if (cors.isDefined() && CorsPolicy.isPreflight(request)) {
      return new Verdict.Respond(cors.preflight(request));
    }
    requestEdits.apply(request.headers());
    if (withholdsPeer) {
      request.withholdPeer();
    }
    if (!host.isEmpty()) {
      request.host(host);
    }
    if (requestOnly) {
      return Verdict.PROCEED;
    }
    if (!security.isHostAllowed(request)) {
      return badHost;
    }
    boolean overTls = security.isTls(request);
    if (!cors.isDefined()) {
      return overTls ? tls : plain;
    }
    CorsPolicy.Decision decision = cors.decide(request);
    return Verdict.proceedThen(
        response -> {
          edit(response.headers(), overTls);
          decision.apply(response.headers());
        });
  }

  private void edit(Headers headers, boolean overTls) {
    security.apply(headers, overTls);
    responseEdits.apply(headers);
  }
}
