package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderName;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.StringJoiner;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** The protocols that a client asks to go on with (RFC 9110, section 7.8). */
final class UpgradeRequest {
  private UpgradeRequest() {}

  /**
   * The protocols in the client's words; empty if it asks for none, or only for h2c in whatever
   * version: a server that took it would serve requests that no rule has seen. What is no protocol
   * by the grammar is left out, because a server may read h2c out of it.
   */
  static String protocols(HttpServerExchange exchange, HeaderMap headers) {
    @Nullable HeaderValues wanted = headers.get(Headers.UPGRADE);
    if (wanted == null || !exchange.isHttp11() || !connectionSaysUpgrade(headers)) {
      return "";
    }
    var kept = new StringJoiner(", ");
    for (String line : wanted) {
      for (var protocols = new StringTokenizer(line, ","); protocols.hasMoreTokens(); ) {
        String protocol = protocols.nextToken().strip();
        if (isPassed(protocol)) {
          kept.add(protocol);
        }
      }
    }
    return kept.toString();
  }

  private static boolean isPassed(String protocol) {
    int slash = protocol.indexOf('/');
    String name = slash < 0 ? protocol : protocol.substring(0, slash);
    return HeaderName.isToken(name)
        && (slash < 0 || HeaderName.isToken(protocol.substring(slash + 1)))
        && !name.equalsIgnoreCase("h2c");
  }

  private static boolean connectionSaysUpgrade(HeaderMap headers) {
    @Nullable HeaderValues lines = headers.get(Headers.CONNECTION);
    if (lines == null) {
      return false;
    }
    for (String line : lines) {
      for (var options = new StringTokenizer(line, ", \t"); options.hasMoreTokens(); ) {
        if (options.nextToken().equalsIgnoreCase("upgrade")) {
          return true;
        }
      }
    }
    return false;
  }
}
