package io.phalanx.node.middleware;

import com.google.re2j.Pattern;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.providers.dynamic.HeadersOptions;
import io.phalanx.providers.regex.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The CORS part of {@code headers} (Fetch standard, section 3.3), as Traefik has it: a preflight is
 * answered 200 whether its origin may or not, only without {@code Access-Control-Allow-Origin} for
 * one that may not.
 *
 * <p>An expression for origins matches anywhere in the origin unless it is anchored, as all of
 * Traefik's do: users rely on expressions such as {@code \\.example\\.com$}.
 */
final class CorsPolicy {
  private static final HeaderName REQUEST_METHOD = HeaderName.of("Access-Control-Request-Method");
  private static final HeaderName REQUEST_HEADERS = HeaderName.of("Access-Control-Request-Headers");
  private static final HeaderName ALLOW_ORIGIN = HeaderName.of("Access-Control-Allow-Origin");
  private static final HeaderName ALLOW_CREDENTIALS =
      HeaderName.of("Access-Control-Allow-Credentials");
  private static final HeaderName ALLOW_HEADERS = HeaderName.of("Access-Control-Allow-Headers");
  private static final HeaderName ALLOW_METHODS = HeaderName.of("Access-Control-Allow-Methods");
  private static final HeaderName EXPOSE_HEADERS = HeaderName.of("Access-Control-Expose-Headers");
  private static final HeaderName MAX_AGE = HeaderName.of("Access-Control-Max-Age");

  private final HeadersOptions options;
  private final List<Pattern> originPatterns;
  private final boolean anyOrigin;

  CorsPolicy(HeadersOptions options) {
    this.options = options;
    this.originPatterns =
        options.accessControlAllowOriginListRegex().stream().map(CorsPolicy::pattern).toList();
    this.anyOrigin =
        options.accessControlAllowOriginList().contains("*")
            && !options.accessControlAllowCredentials();
    requireSendable("accessControlAllowMethods", options.accessControlAllowMethods());
    requireSendable("accessControlAllowHeaders", options.accessControlAllowHeaders());
    requireSendable("accessControlExposeHeaders", options.accessControlExposeHeaders());
  }

  private static void requireSendable(String option, List<String> values) {
    values.forEach(
        value -> {
          if (!HeaderText.of(option, value).equals(value)) {
            throw new IllegalArgumentException(option + ": \"" + value + "\" is not ASCII");
          }
        });
  }

  private static Pattern pattern(String regex) {
    try {
      return Regex.compile(regex);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "accessControlAllowOriginListRegex \"" + regex + "\": " + e.getMessage(), e);
    }
  }

  boolean isDefined() {
    return options.accessControlAllowCredentials()
        || options.addVaryHeader()
        || options.accessControlMaxAge().isPresent()
        || !options.accessControlAllowHeaders().isEmpty()
        || !options.accessControlAllowMethods().isEmpty()
        || !options.accessControlAllowOriginList().isEmpty()
        || !options.accessControlAllowOriginListRegex().isEmpty()
        || !options.accessControlExposeHeaders().isEmpty();
  }

  static boolean isPreflight(RequestHead request) {
    return request.method().equals("OPTIONS")
        && request.headers().first(REQUEST_METHOD).filter(method -> !method.isEmpty()).isPresent()
        && request
            .headers()
            .first(HeaderName.ORIGIN)
            .filter(origin -> !origin.isEmpty())
            .isPresent();
  }

  Answer preflight(RequestHead request) {
    var fields = new ArrayList<Answer.Field>();
    if (options.accessControlAllowCredentials()) {
      fields.add(new Answer.Field(ALLOW_CREDENTIALS, "true"));
    }
    add(
        fields,
        ALLOW_HEADERS,
        listed(options.accessControlAllowHeaders(), request, REQUEST_HEADERS));
    add(
        fields,
        ALLOW_METHODS,
        listed(options.accessControlAllowMethods(), request, REQUEST_METHOD));
    add(fields, ALLOW_ORIGIN, allowedOrigin(request));
    add(fields, EXPOSE_HEADERS, exposed());
    options
        .accessControlMaxAge()
        .ifPresent(seconds -> fields.add(new Answer.Field(MAX_AGE, Long.toString(seconds))));
    return new Answer(200, fields, "");
  }

  private static void add(List<Answer.Field> fields, HeaderName name, Optional<String> value) {
    value.ifPresent(given -> fields.add(new Answer.Field(name, given)));
  }

  /**
   * A star does not count together with credentials, so then what was asked for is allowed by name.
   */
  private Optional<String> listed(List<String> values, RequestHead request, HeaderName asked) {
    if (options.accessControlAllowCredentials() && values.equals(List.of("*"))) {
      return request.headers().first(asked);
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
  }

  private Optional<String> exposed() {
    List<String> values = options.accessControlExposeHeaders();
    boolean starWithCredentials = options.accessControlAllowCredentials() && values.contains("*");
    return values.isEmpty() || starWithCredentials
        ? Optional.empty()
        : Optional.of(String.join(",", values));
  }

  private Optional<String> allowedOrigin(RequestHead request) {
    String origin = request.headers().first(HeaderName.ORIGIN).orElse("");
    if (origin.isEmpty()) {
      return anyOrigin ? Optional.of("*") : Optional.empty();
    }
    for (String allowed : options.accessControlAllowOriginList()) {
      if (allowed.equals("*")) {
        return Optional.of(options.accessControlAllowCredentials() ? origin : "*");
      }
      if (allowed.equals(origin)) {
        return Optional.of(origin);
      }
    }
    for (Pattern pattern : originPatterns) {
      if (pattern.matcher(origin).find()) {
        return Optional.of(origin);
      }
    }
    return Optional.empty();
  }

  /** What an answer to this request, which is no preflight, says. */
  Decision decide(RequestHead request) {
    return new Decision(allowedOrigin(request));
  }

  /** Decided when the request came, since later steps may edit it. */
  final class Decision {
    private final Optional<String> origin;

    private Decision(Optional<String> origin) {
      this.origin = origin;
    }

    void apply(Headers headers) {
      origin.ifPresent(value -> headers.set(ALLOW_ORIGIN, value));
      if (options.accessControlAllowCredentials()) {
        headers.set(ALLOW_CREDENTIALS, "true");
      }
      exposed().ifPresent(value -> headers.set(EXPOSE_HEADERS, value));
      if (options.addVaryHeader()) {
        addVary(headers);
      }
    }

    /**
     * Leaves the server's lines as they are, and adds one only where none names Origin (Traefik
     * loses all lines but the first).
     */
    private void addVary(Headers headers) {
      for (String line : headers.all(HeaderName.VARY)) {
        for (String name : line.split(",")) {
          if (name.strip().equalsIgnoreCase("Origin") || name.strip().equals("*")) {
            return;
          }
        }
      }
      headers.add(HeaderName.VARY, "Origin");
    }
  }
}
