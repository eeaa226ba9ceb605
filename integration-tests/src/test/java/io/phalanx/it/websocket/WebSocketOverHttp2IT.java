package io.phalanx.it.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * WebSocket over HTTP/2 (RFC 8441) by a client on Netty's codecs, through a node to a server that
 * speaks WebSocket over HTTP/1.1, on Netty too.
 */
class WebSocketOverHttp2IT {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void framesGoBothWaysUntilTheClose(boolean tls) throws Exception {
    int port = Ports.free(1).getFirst();
    byte[] bytes = new byte[MEBIBYTE];
    new Random(1).nextBytes(bytes);
    try (var server = new WebSocketEcho();
        NodeProcess _ = node(port, server.port());
        var http = new Client()) {
      http.await(port, "/ready", "OK", Duration.ofMinutes(2));
      try (var client = new Http2WebSocket(port, tls)) {
        assertThat(client.isOffered()).isTrue();
        assertThat(client.open("/chat")).isEqualTo("200");

        client.send(new TextWebSocketFrame("hello"));
        assertThat(client.next())
            .isInstanceOfSatisfying(
                TextWebSocketFrame.class, text -> assertThat(text.text()).isEqualTo("hello"));
        client.send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        assertThat(client.next())
            .isInstanceOfSatisfying(
                BinaryWebSocketFrame.class, frame -> assertThat(bytes(frame)).isEqualTo(bytes));
        client.send(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {1, 2, 3})));
        assertThat(client.next())
            .isInstanceOfSatisfying(
                PongWebSocketFrame.class, pong -> assertThat(bytes(pong)).containsExactly(1, 2, 3));
        client.send(new CloseWebSocketFrame(1000, "bye"));
        assertThat(client.next())
            .isInstanceOfSatisfying(
                CloseWebSocketFrame.class, close -> assertThat(close.statusCode()).isEqualTo(1000));
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  private static byte[] bytes(WebSocketFrame frame) {
    return ByteBufUtil.getBytes(frame.content());
  }

  private NodeProcess node(int port, int server) throws IOException {
    return NodeProcess.inFrontOf(
        "http://127.0.0.1:" + server, port, directory.resolve("node"), NodeProcess.QUICK_START);
  }
}
