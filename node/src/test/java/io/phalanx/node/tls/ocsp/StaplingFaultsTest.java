package io.phalanx.node.tls.ocsp;

import static io.phalanx.node.tls.ocsp.LocalResponder.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.phalanx.node.logging.LogRecorder;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.ocsp.LocalResponder.Answers;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nobody thought of. */
final class StaplingFaultsTest {
  private static final Duration LIFE = Duration.ofHours(10);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final OcspAuthority authority = new OcspAuthority();
  private final LogRecorder log = LogRecorder.of(Stapling.class);
  private final LocalResponder responder = new LocalResponder(this::answer);
  private final AtomicInteger asked = responder.asked();
  private final Credentials credentials;
  private final ServerCertificate certificate;
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private Stapling stapling = new Stapling(() -> now, () -> 0, LIMIT);
  private Answers answers = exchange -> send(exchange, 500, new byte[0]);

  StaplingFaultsTest() throws IOException {
    credentials = authority.server(Optional.of(url()), false);
    certificate = new ServerCertificate(credentials);
  }

  @AfterEach
  void end() {
    log.close();
    stapling.close();
    responder.close();
  }

  private String url() {
    return responder.url();
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    answers.answer(exchange);
  }

  private void serve(ServerCertificate... certificates) {
    stapling.serve(Optional.of(Map.of()));
    stapling.serve(List.of(certificates));
  }

  /** Neither others of its responder wait for it, nor is it asked for in a loop. */
  @Test
  void whatBreaksAtOneStopsNoOther() throws Exception {
    var broken = new AtomicInteger(1);
    stapling =
        new Stapling(
            () -> now,
            () -> {
              if (broken.getAndDecrement() > 0) {
                throw new StackOverflowError("broken");
              }
              return 0;
            },
            LIMIT);
    Credentials other = authority.server(Optional.of(url()), false);
    answers = exchange -> send(exchange, 200, responseFor(exchange, credentials, other));
    var next = new ServerCertificate(other);
    serve(certificate, next);

    assertThat(stapling.turn()).isEqualTo(now.plus(Duration.ofMinutes(1)));
    assertThat(next.staple()).isPresent();
    assertThat(log.lines()).singleElement().asString().contains("a.test", url(), "broken");
    now = now.plus(Duration.ofMinutes(1));
    stapling.turn();
    assertThat(asked).hasValue(3);
    assertThat(log.lines()).hasSize(2).last().asString().contains("again");
  }

  /** A good answer for whichever of some is asked for. */
  private byte[] responseFor(HttpExchange exchange, Credentials... some) throws IOException {
    BigInteger serial = serial(exchange);
    for (Credentials each : some) {
      if (each.certificate().getSerialNumber().equals(serial)) {
        return authority.response(
            each.certificate(), authority.signer(), now, now.plus(LIFE), null);
      }
    }
    throw new IOException("nobody has serial number " + serial);
  }

  private static BigInteger serial(HttpExchange exchange) throws IOException {
    return new OCSPReq(exchange.getRequestBody().readAllBytes())
        .getRequestList()[0]
        .getCertID()
        .getSerialNumber();
  }

  @Test
  void aTurnThatBreaksIsNotTheLast() throws Exception {
    var broken = new CountDownLatch(1);
    var isMended = new AtomicBoolean();
    stapling =
        new Stapling(
            () -> {
              if (!isMended.get()) {
                broken.countDown();
                throw new StackOverflowError("broken");
              }
              return now;
            },
            () -> 0,
            LIMIT);
    var answered = new CountDownLatch(1);
    answers =
        exchange -> {
          send(exchange, 200, responseFor(exchange, credentials));
          answered.countDown();
        };
    stapling.start();
    assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
    isMended.set(true);
    serve(certificate);
    assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(log.lines()).singleElement().asString().contains("tried again");
  }

  @Test
  void wordsOfAResponderAreLinesOfNobodyElse() throws Exception {
    String words = "HTTP/1.1 2\u001b[31m0 \nWARN all is well" + "x".repeat(1_000) + "\r\n\r\n";
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> say(socket, words));
      String url = "http://127.0.0.1:" + socket.getLocalPort() + "/";
      serve(new ServerCertificate(authority.server(Optional.of(url), false)));
      stapling.turn();
    }
    assertThat(log.lines())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("31m0").doesNotContain("\u001b", "\n"))
        .satisfies(line -> assertThat(line).hasSizeLessThan(500));
  }

  private static void say(ServerSocket socket, String words) {
    try (Socket one = socket.accept()) {
      one.getOutputStream().write(words.getBytes(US_ASCII));
      one.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void onlyWebServersAreAskedAndWithoutPasswords() {
    assertThat(asks("http://127.0.0.1/")).isTrue();
    for (String other :
        List.of(
            "ftp://127.0.0.1/", "file:///etc/passwd", "http://a:b@127.0.0.1/", "http:/x", "//a")) {
      assertThat(asks(other)).as(other).isFalse();
    }
  }

  private boolean asks(String url) {
    return Extensions.responder(authority.server(Optional.of(url), false).certificate())
        .isPresent();
  }
}
