package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket between the JDK's client and Netty's server: what one sends, the other gets. */
class WebSocketTest {
  private final HttpForwarder forwarder = new HttpForwarder(TransportOptions.standard());
  private final HttpClient http = HttpClient.newHttpClient();
  private final Received received = new Received();
  private Workers workers;
  private WebSocketEcho server;
  private EntryPoint entryPoint;
  private WebSocket client;

  /** What the client got: whole texts, pieces of bytes. */
  private static final class Received implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
    final BlockingQueue<String> controls = new LinkedBlockingQueue<>();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      binaries.add(bytes);
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
      controls.add("pong " + data.remaining());
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      controls.add("close " + status + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      controls.add("error " + error);
    }
  }

  @BeforeEach
  void connect() throws Exception {
    workers = Workers.start(1);
    server = new WebSocketEcho();
    var target = new Target(server.url(), true, false);
    entryPoint =
        EntryPoint.open(
            workers,
            Fronts.options(),
            exchange -> forwarder.forward(exchange, target),
            List.of(),
            Fronts::tls);
    client =
        http.newWebSocketBuilder()
            .subprotocols("echo")
            .buildAsync(
                URI.create("ws://127.0.0.1:" + entryPoint.address().getPort() + "/chat"), received)
            .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws IOException {
    client.abort();
    http.close();
    entryPoint.close();
    server.close();
    forwarder.close();
    workers.close();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static void sent(CompletionStage<WebSocket> sending)
      throws ExecutionException, InterruptedException, TimeoutException {
    sending.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void carriesTextWholeAndInFragments() throws Exception {
    assertThat(client.getSubprotocol()).isEqualTo("echo");
    sent(client.sendText("gr\u00fcn \ud83d\ude80", true));
    assertThat(next(received.texts)).isEqualTo("gr\u00fcn \ud83d\ude80");
    sent(client.sendText("a", false));
    sent(client.sendPing(ByteBuffer.allocate(3)));
    sent(client.sendText("", false));
    sent(client.sendText("b", true));

    assertThat(next(received.controls)).isEqualTo("pong 3");
    assertThat(next(received.texts)).isEqualTo("ab");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1 << 20, 16 << 20})
  void carriesBinaryMessagesOfAnySize(int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    sent(client.sendBinary(ByteBuffer.wrap(bytes), true));

    var back = ByteBuffer.allocate(size);
    do {
      back.put(next(received.binaries));
    } while (back.hasRemaining());
    assertThat(back.array()).isEqualTo(bytes);
  }

  @Test
  void carriesManyMessagesInTheirOrder() throws Exception {
    for (int i = 0; i < 2000; i++) {
      sent(client.sendText("message " + i, true));
    }
    for (int i = 0; i < 2000; i++) {
      assertThat(next(received.texts)).isEqualTo("message " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1011, 3000, 4999})
  void carriesTheCodeOfAClose(int code) throws Exception {
    sent(client.sendClose(code, "because"));

    assertThat(next(received.controls)).isEqualTo("close " + code + " because");
    assertThat(client.isOutputClosed()).isTrue();
  }
}
