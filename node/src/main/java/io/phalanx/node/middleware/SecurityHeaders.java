package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.providers.dynamic.HeadersOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The security part of {@code headers}: which hosts are answered, and headers that tell browsers
 * what not to do.
 */
final class SecurityHeaders {
  private static final Answer BAD_HOST = Answer.error(500, "Bad Host");

  private static final HeaderName STS = HeaderName.of("Strict-Transport-Security");

  private final HeadersOptions options;
  private final List<HeaderName> hostHeaders;
  private final Map<HeaderName, String> sslHeaders = new LinkedHashMap<>();
  private final HeaderEdits always;
  private final HeaderEdits overTls;
  private final String sts;

  SecurityHeaders(HeadersOptions options) {
    this.options = options;
    this.hostHeaders = options.hostsProxyHeaders().stream().map(HeaderName::of).toList();
    options.sslProxyHeaders().forEach((name, value) -> sslHeaders.put(HeaderName.of(name), value));
    if (options.stsSeconds() < 0) {
      throw new IllegalArgumentException(
          "stsSeconds must not be negative: " + options.stsSeconds());
    }
    this.always = new HeaderEdits(fixed(options));
    this.overTls =
        new HeaderEdits(
            options
                .publicKey()
                .filter(keys -> !keys.isEmpty())
                .map(keys -> Map.of("Public-Key-Pins", keys))
                .orElse(Map.of()));
    this.sts =
        "max-age="
            + options.stsSeconds()
            + (options.stsIncludeSubdomains() ? "; includeSubDomains" : "")
            + (options.stsPreload() ? "; preload" : "");
  }

  private static Map<String, String> fixed(HeadersOptions options) {
    var headers = new LinkedHashMap<String, String>();
    if (options.frameDeny()) {
      headers.put("X-Frame-Options", "DENY");
    }
    put(headers, "X-Frame-Options", options.customFrameOptionsValue());
    if (options.contentTypeNosniff()) {
      headers.put("X-Content-Type-Options", "nosniff");
    }
    if (options.browserXssFilter()) {
      headers.put("X-XSS-Protection", "1; mode=block");
    }
    put(headers, "X-XSS-Protection", options.customBrowserXSSValue());
    put(headers, "Content-Security-Policy", options.contentSecurityPolicy());
    put(headers, "Content-Security-Policy-Report-Only", options.contentSecurityPolicyReportOnly());
    put(headers, "Referrer-Policy", options.referrerPolicy());
    put(headers, "Permissions-Policy", options.permissionsPolicy());
    return headers;
  }

  private static void put(Map<String, String> headers, String name, Optional<String> value) {
    value.filter(given -> !given.isEmpty()).ifPresent(given -> headers.put(name, given));
  }

  /** Whether any option is given, also those that have no effect any more. */
  boolean isDefined() {
    return !always.isEmpty()
        || !overTls.isEmpty()
        || !options.allowedHosts().isEmpty()
        || !options.hostsProxyHeaders().isEmpty()
        || !options.sslProxyHeaders().isEmpty()
        || options.stsSeconds() != 0
        || options.stsIncludeSubdomains()
        || options.stsPreload()
        || options.forceSTSHeader()
        || options.isDevelopment()
        || options.featurePolicy().isPresent()
        || options.sslRedirect()
        || options.sslTemporaryRedirect()
        || options.sslHost().isPresent()
        || options.sslForceHost();
  }

  /** Whether the request's host is one that is answered; its port counts, letter case does not. */
  boolean isHostAllowed(RequestHead request) {
    if (options.allowedHosts().isEmpty() || options.isDevelopment()) {
      return true;
    }
    String host = request.host();
    for (HeaderName name : hostHeaders) {
      Optional<String> told = request.headers().first(name).filter(value -> !value.isEmpty());
      if (told.isPresent()) {
        host = told.get();
        break;
      }
    }
    for (String allowed : options.allowedHosts()) {
      if (allowed.equalsIgnoreCase(host)) {
        return true;
      }
    }
    return false;
  }

  /** The answer to a request for a host that is not allowed. */
  static Answer badHost(HeaderEdits customEdits) {
    return new Answer(
        BAD_HOST.status(), customEdits.appliedTo(BAD_HOST.headers()), BAD_HOST.body());
  }

  /** Whether the client's request came over TLS, here or to a proxy in front. */
  boolean isTls(RequestHead request) {
    return request.secure() || isTlsByHeader(request);
  }

  private boolean isTlsByHeader(RequestHead request) {
    for (Map.Entry<HeaderName, String> header : sslHeaders.entrySet()) {
      if (request.headers().first(header.getKey()).filter(header.getValue()::equals).isPresent()) {
        return true;
      }
    }
    return false;
  }

  void apply(Headers headers, boolean tls) {
    always.apply(headers);
    if (options.isDevelopment()) {
      return;
    }
    if (tls) {
      overTls.apply(headers);
    }
    if (options.stsSeconds() > 0 && (tls || options.forceSTSHeader())) {
      headers.set(STS, sts);
    }
  }
}
