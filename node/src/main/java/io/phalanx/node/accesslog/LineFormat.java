package io.phalanx.node.accesslog;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.settings.LogSettings;
import io.phalanx.node.settings.LogSettings.Mode;
import java.util.Locale;
import java.util.Optional;

/** How a request becomes a line, its end included. */
@FunctionalInterface
interface LineFormat {
  /**
   * @param count of the requests that were logged, from 1
   */
  String line(CompletedExchange exchange, long count);

  /** The format by its name; as in Traefik an unknown one is the common one. */
  static LineFormat of(LogSettings.AccessLog settings) {
    return switch (settings.format().toLowerCase(Locale.ROOT)) {
      case "json" -> new JsonFormat(settings.fields());
      case "genericclf" -> new CommonFormat(settings.fields(), true);
      default -> new CommonFormat(settings.fields(), false);
    };
  }

  /**
   * What {@code X-Forwarded-For} says, after what an untrusted peer claims was removed, else the
   * peer's address.
   */
  static String client(CompletedExchange exchange) {
    return exchange
        .request()
        .headers()
        .first(HeaderName.X_FORWARDED_FOR)
        .filter(value -> !value.isEmpty())
        .orElse(exchange.request().peer().text());
  }

  /** The name by which the client logged in, or tried to; a dash if there is none. */
  static String user(CompletedExchange exchange) {
    String user = exchange.request().user();
    return user.isEmpty() ? "-" : user;
  }

  static String path(CompletedExchange exchange, LogSettings.Fields fields) {
    String target = exchange.target();
    int query = target.indexOf('?');
    return fields.queryParameters().defaultMode() == Mode.DROP && query >= 0
        ? target.substring(0, query)
        : target;
  }

  static Mode mode(LogSettings.HeaderFields headers, String name) {
    if (headers.names().isEmpty()) {
      return headers.defaultMode();
    }
    return headers.names().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(java.util.Map.Entry::getValue)
        .findFirst()
        .orElse(headers.defaultMode());
  }

  /** The value of a request header as the log may have it. */
  static Optional<String> header(
      CompletedExchange exchange, LogSettings.HeaderFields headers, HeaderName name) {
    Optional<String> value = exchange.request().headers().first(name);
    return switch (mode(headers, name.toString())) {
      case KEEP -> value;
      case REDACT -> value.map(_ -> "REDACTED");
      case DROP -> Optional.empty();
    };
  }
}
