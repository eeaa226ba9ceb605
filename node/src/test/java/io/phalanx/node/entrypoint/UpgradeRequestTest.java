package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Protocols;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeRequestTest {
  private static String protocols(String... lines) {
    var headers = new HeaderMap();
    headers.add(Headers.CONNECTION, "Upgrade");
    for (String line : lines) {
      headers.add(Headers.UPGRADE, line);
    }
    var exchange = new HttpServerExchange(null, headers, new HeaderMap(), -1);
    exchange.setProtocol(Protocols.HTTP_1_1);
    return UpgradeRequest.protocols(exchange, headers);
  }

  @Test
  void hasTheProtocolsInTheClientsWords() {
    assertThat(protocols("ledger/2, WebSocket", "x-!#$%&'*+-.^_`|~/2.0"))
        .isEqualTo("ledger/2, WebSocket, x-!#$%&'*+-.^_`|~/2.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "H2C", "h2c/1", " h2C/2.0\t", "h2c/"})
  void leavesOutH2cInWhateverVersion(String asked) {
    assertThat(protocols(asked)).isEmpty();
    assertThat(protocols("a, " + asked + ", b", asked)).isEqualTo("a, b");
  }

  /** What one server refuses another may read as h2c. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"h2c\"",
        "h2c;a",
        "h2c ;a=1",
        "h2c a",
        "a h2c",
        "a\th2c",
        "a;h2c",
        "a/h2c/1",
        "/h2c",
        "=h2c",
        "(h2c)",
        "h2c\u00a0",
        "a/",
        "\"a",
        "h2c\\"
      })
  void leavesOutWhatIsNoProtocol(String asked) {
    assertThat(protocols(asked)).isEmpty();
    assertThat(protocols("websocket, " + asked)).isEqualTo("websocket");
  }
}
