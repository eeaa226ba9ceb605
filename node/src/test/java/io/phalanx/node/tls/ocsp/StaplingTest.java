package io.phalanx.node.tls.ocsp;

import static io.phalanx.node.tls.ocsp.LocalResponder.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.phalanx.node.logging.LogRecorder;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.Staple;
import io.phalanx.node.tls.ocsp.LocalResponder.Answers;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StaplingTest {
  private static final Duration LIFE = Duration.ofHours(10);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration SHORT_LIMIT = Duration.ofMillis(300);

  private final OcspAuthority authority = new OcspAuthority();
  private final CountDownLatch end = new CountDownLatch(1);
  private final LogRecorder log = LogRecorder.of(Stapling.class);
  private final LocalResponder responder = new LocalResponder(this::answer);
  private final AtomicInteger asked = responder.asked();
  private final Credentials credentials;
  private final ServerCertificate certificate;
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private Stapling stapling = new Stapling(() -> now, () -> 0, LIMIT);
  private Answers answers = this::good;

  StaplingTest() throws IOException {
    credentials = authority.server(Optional.of(url()), false);
    certificate = new ServerCertificate(credentials);
  }

  @AfterEach
  void end() {
    log.close();
    end.countDown();
    stapling.close();
    responder.close();
  }

  private String url() {
    return responder.url();
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    answers.answer(exchange);
  }

  private byte[] response(Instant begin, Instant until) {
    return authority.response(credentials.certificate(), authority.signer(), begin, until, null);
  }

  private void good(HttpExchange exchange) throws IOException {
    send(exchange, 200, response(now, now.plus(LIFE)));
  }

  private void serve(ServerCertificate... certificates) {
    stapling.serve(Optional.of(Map.of()));
    stapling.serve(List.of(certificates));
  }

  private double count(String outcome) {
    return stapling.rows().getOrDefault(Map.of("outcome", outcome), -1.0);
  }

  @Test
  void aGoodCertificateIsShownWithTheAnswer() throws Exception {
    var requests = new ArrayList<OCSPReq>();
    answers =
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("Content-Type"))
              .isEqualTo("application/ocsp-request");
          requests.add(new OCSPReq(exchange.getRequestBody().readAllBytes()));
          good(exchange);
        };
    serve(certificate);
    Instant next = stapling.turn();

    assertThat(certificate.staple().map(Staple::until)).contains(now.plus(LIFE));
    assertThat(requests)
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.getRequestList()[0].getCertID().getSerialNumber())
                    .isEqualTo(credentials.certificate().getSerialNumber()));
    assertThat(next).isEqualTo(now.plus(Duration.ofHours(1)));
    assertThat(count("good")).isEqualTo(1);
    assertThat(stapling.certificates()).containsEntry(Map.of("stapled", "true"), 1.0);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void itIsAskedForAgainAtHalfOfItsLife() throws Exception {
    serve(certificate);
    stapling.turn();
    now = now.plus(LIFE.dividedBy(2)).minusSeconds(1);
    stapling.turn();
    assertThat(asked).hasValue(1);

    now = now.plusSeconds(1);
    stapling.turn();
    assertThat(asked).hasValue(2);
    assertThat(certificate.staple().map(Staple::until)).contains(now.plus(LIFE));
  }

  @Test
  void oneThatHoldsForLongIsAskedForTwiceADay() throws Exception {
    answers = exchange -> send(exchange, 200, response(now, now.plus(Duration.ofDays(365))));
    serve(certificate);
    stapling.turn();
    assertThat(certificate.staple().map(Staple::until)).contains(now.plus(Question.LONGEST));
    now = now.plus(Duration.ofHours(12)).minusSeconds(1);
    stapling.turn();
    assertThat(asked).hasValue(1);

    now = now.plusSeconds(1);
    stapling.turn();
    assertThat(asked).hasValue(2);
  }

  /** A responder that answers with what it made long ago is not asked in a loop. */
  @Test
  void anOldAnswerIsAskedForAgainAtHalfOfTheRest() throws Exception {
    Instant until = now.plus(Duration.ofHours(2));
    answers = exchange -> send(exchange, 200, response(until.minus(LIFE), until));
    serve(certificate);
    stapling.turn();
    now = now.plus(Duration.ofMinutes(59));
    stapling.turn();
    assertThat(asked).hasValue(1);
    now = now.plus(Duration.ofMinutes(1));
    stapling.turn();
    assertThat(asked).hasValue(2);
  }

  @Test
  void whoeverDoesNotAnswerIsToldOnceAndAskedLessAndLess() throws Exception {
    stapling.close();
    stapling = new Stapling(() -> now, () -> 0, SHORT_LIMIT);
    answers = _ -> end.await();
    // Another one with the same responder waits, too.
    var other = new ServerCertificate(authority.server(Optional.of(url()), false));
    serve(certificate, other);

    assertThat(stapling.turn()).isEqualTo(now.plus(Duration.ofMinutes(1)));
    assertThat(asked).hasValue(1);
    now = now.plus(Duration.ofMinutes(1));
    assertThat(stapling.turn()).isEqualTo(now.plus(Duration.ofMinutes(2)));
    assertThat(asked).hasValue(2);

    assertThat(certificate.staple()).isEmpty();
    assertThat(count("unreachable")).isEqualTo(2);
    assertThat(log.lines())
        .singleElement()
        .satisfies(
            line -> assertThat(line).contains("certificate for a.test", url(), "no answer within"));
  }

  @Test
  void whatIsWrongIsNotShownAndToldOnce() throws Exception {
    Instant begin = now.minus(LIFE);
    Map<String, Answers> wrong =
        Map.of(
            "HTTP 503", exchange -> send(exchange, 503, new byte[0]),
            "HTTP 302", StaplingTest::redirect,
            "no OCSP response", exchange -> send(exchange, 200, "busy".getBytes(US_ASCII)),
            "exceeds", this::endless,
            "held until", exchange -> send(exchange, 200, response(begin, now)),
            "signed by nobody", exchange -> send(exchange, 200, ofAnother()));
    wrong.forEach(
        (words, each) -> {
          stapling.close();
          stapling = new Stapling(() -> now, () -> 0, LIMIT);
          log.clear();
          answers = each;
          serve(certificate);
          try {
            stapling.turn();
            now = now.plus(Duration.ofHours(1));
            stapling.turn();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }

          assertThat(certificate.staple()).as(words).isEmpty();
          assertThat(asked.getAndSet(0)).as(words).isEqualTo(2);
          assertThat(log.lines())
              .as(words)
              .singleElement()
              .asString()
              .contains(words, "a.test", url());
        });
  }

  private static void redirect(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", "/elsewhere");
    send(exchange, 302, new byte[0]);
  }

  private void endless(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    while (end.getCount() > 0) {
      body.write(new byte[1 << 12]);
    }
  }

  private byte[] ofAnother() {
    var other = new OcspAuthority();
    return authority.response(credentials.certificate(), other.signer(), now, now.plus(LIFE), null);
  }

  @Test
  void whatWasSaidBeforeIsShownUntilItIsOverWhileNobodyAnswers() throws Exception {
    serve(certificate);
    stapling.turn();
    answers = exchange -> send(exchange, 500, new byte[0]);
    now = now.plus(LIFE.dividedBy(2));
    stapling.turn();
    assertThat(certificate.staple()).isPresent();
    assertThat(log.lines().getFirst()).contains("HTTP 500", "is shown until");

    now = now.plus(LIFE.dividedBy(2));
    stapling.turn();
    assertThat(certificate.staple()).isEmpty();

    answers = this::good;
    now = now.plus(Duration.ofHours(2));
    stapling.turn();
    assertThat(certificate.staple()).isPresent();
    assertThat(log.lines()).hasSize(2).last().asString().contains("again");
  }

  @Test
  void whatIsRevokedIsNotShownAsGoodAnyMore() throws Exception {
    serve(certificate);
    stapling.turn();
    answers =
        exchange ->
            send(
                exchange,
                200,
                authority.response(
                    credentials.certificate(),
                    authority.signer(),
                    now,
                    now.plus(LIFE),
                    new RevokedStatus(Date.from(now), 1)));
    now = now.plus(LIFE.dividedBy(2));
    stapling.turn();
    now = now.plus(LIFE.dividedBy(2));
    stapling.turn();

    assertThat(certificate.staple()).isEmpty();
    assertThat(count("revoked")).isEqualTo(2);
    assertThat(log.lines().getFirst()).contains("a.test", url(), "revoked since");
  }

  @Test
  void anotherResponderIsAskedIfThatIsWanted() throws Exception {
    Credentials elsewhere = authority.server(Optional.of("http://ocsp.invalid/"), false);
    answers =
        exchange ->
            send(
                exchange,
                200,
                authority.response(
                    elsewhere.certificate(), authority.signer(), now, now.plus(LIFE), null));
    var one = new ServerCertificate(elsewhere);
    stapling.serve(Optional.of(Map.of("http://ocsp.invalid/", url())));
    stapling.serve(List.of(one));
    stapling.turn();
    assertThat(one.staple()).isPresent();

    stapling.serve(Optional.empty());
    assertThat(one.staple()).as("not wanted any more").isEmpty();
    stapling.turn();
    assertThat(asked).hasValue(1);
  }

  @Test
  void theSameCertificateIsAskedForOnceAndGoesOnBeingShown() throws Exception {
    var again = new ServerCertificate(credentials);
    serve(certificate, again);
    stapling.turn();
    assertThat(asked).hasValue(1);
    assertThat(again.staple()).isPresent();

    var third = new ServerCertificate(credentials);
    stapling.serve(List.of(third));
    assertThat(third.staple()).isPresent();
    stapling.turn();
    assertThat(asked).hasValue(1);
    stapling.serve(List.of());
    assertThat(stapling.certificates()).containsEntry(Map.of("stapled", "true"), 0.0);
  }

  @Test
  void whoHasToHaveOneAndWillNotIsTold() {
    var strict = new ServerCertificate(authority.server(Optional.empty(), true));
    stapling.serve(List.of(strict));
    stapling.serve(List.of(strict));
    assertThat(log.lines()).singleElement().asString().contains("a.test", "ocsp is not set");
    stapling.serve(Optional.of(Map.of()));
    assertThat(log.lines()).hasSize(2).last().asString().contains("names nobody");
  }

  @Test
  void withoutItsIssuerNobodyIsAsked() throws Exception {
    var alone =
        new ServerCertificate(
            new Credentials(List.of(credentials.certificate()), credentials.key()));
    serve(alone);
    stapling.turn();
    assertThat(asked).hasValue(0);
    assertThat(log.lines()).singleElement().asString().contains("its issuer is not behind it");
  }

  @Test
  void oneThatIsOverIsNotAskedFor() throws Exception {
    serve(certificate);
    now = credentials.certificate().getNotAfter().toInstant();
    stapling.turn();
    assertThat(asked).hasValue(0);
  }

  @Test
  void manyOfOneResponderAreAskedForInTurns() throws Exception {
    var all = new ArrayList<ServerCertificate>();
    for (int i = 0; i < 25; i++) {
      all.add(new ServerCertificate(authority.server(Optional.of(url()), false)));
    }
    answers = exchange -> send(exchange, 200, new byte[1]);
    serve(all.toArray(ServerCertificate[]::new));
    assertThat(stapling.turn()).isEqualTo(now);
    assertThat(asked).hasValue(10);
    stapling.turn();
    stapling.turn();
    assertThat(asked).hasValue(25);
  }

  /** As a node runs it. */
  @Test
  void itRunsByItself() throws Exception {
    var seen = new CountDownLatch(1);
    answers =
        exchange -> {
          good(exchange);
          seen.countDown();
        };
    stapling.start();
    serve(certificate);
    assertThat(seen.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
