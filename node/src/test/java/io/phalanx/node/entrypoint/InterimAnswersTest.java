package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsEngines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** Interim answers by TLS, whose records go out whole or not at all. */
@ParameterizedClass
@FieldSource("ENGINES")
final class InterimAnswersTest {
  static final List<Named<TlsEngines>> ENGINES = TlsTest.ENGINES;

  private final TlsEngines engines;
  private final Rig.Options options = new Rig.Options();

  InterimAnswersTest(TlsEngines engines) {
    this.engines = engines;
  }

  /** Those that it has no room for are left out; the last one of the others comes whole. */
  @Test
  void interimAnswersToAClientThatDoesNotReadBreakNothing() throws Exception {
    options.tls = TestCertificates.table(engines, TestCertificates.of(Kind.P256, "a.test"));
    var suspended = new LinkedBlockingQueue<Exchange>();
    try (var rig =
            new Rig(
                options,
                exchange -> {
                  sendInterims(exchange);
                  exchange.suspend();
                  suspended.add(exchange);
                });
        SSLSocket socket = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Exchange exchange = suspended.poll(30, TimeUnit.SECONDS);
      assertThat(exchange).isNotNull();
      assertThat(readWhatIsThere(socket)).startsWith("HTTP/1.1 103 ").endsWith("\r\n\r\n");

      exchange.ioThread().execute(() -> exchange.respond(Answer.text(200, "done")));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("done");
    }
  }

  private static void sendInterims(Exchange exchange) {
    String link = "<" + "x".repeat(8_000) + ">; rel=preload";
    for (int i = 0; i < 4_000; i++) {
      exchange.sendInterim(103, headers -> headers.add(HeaderName.of("Link"), link));
    }
  }

  private static String readWhatIsThere(SSLSocket socket) throws IOException {
    socket.setSoTimeout(1_000);
    var bytes = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(bytes);
    } catch (SocketTimeoutException _) {
      // That is all.
    }
    socket.setSoTimeout(10_000);
    return bytes.toString(StandardCharsets.US_ASCII);
  }
}
