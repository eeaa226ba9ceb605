package io.phalanx.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.attempt.Copies;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.StatusRanges;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.service.WeightedTurns.Share;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Services that lead to other services. */
final class ServiceTreeTest {
  private static final HeaderName X_COPY = HeaderName.of("X-Copy");

  private final MemoryBound memory = new MemoryBound(1 << 20, () -> {});
  private final List<CompletedExchange> completed = new ArrayList<>();
  private final Copies copies = new Copies(3, completed::add);

  /** Answers with its name after it has read the body. */
  private static final class Named implements Endpoint {
    private final String name;
    private final int status;
    private final List<String> received = new ArrayList<>();
    private boolean up = true;

    Named(String name, int status) {
      this.name = name;
      this.status = status;
    }

    @Override
    public boolean isUp() {
      return up;
    }

    @Override
    public void answer(Exchange exchange) {
      exchange.trail().reachedService(name);
      received.add(exchange.request().target() + ' ' + read(exchange));
      exchange.request().headers().set(X_COPY, name);
      exchange.response().status(status);
      exchange.trail().answered(status, 1);
      BodySink sink = exchange.startResponse(name.length());
      try {
        sink.write(ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)));
        sink.finish();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String read(Exchange exchange) {
      var into = ByteBuffer.allocate(1000);
      try {
        while (exchange.requestBody().read(into) >= 0) {
          // To the end.
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String(into.array(), 0, into.position(), StandardCharsets.ISO_8859_1);
    }
  }

  private static TestExchange get() {
    return new TestExchange(TestRequest.get("/a?b").head());
  }

  private static TestExchange put(String body, boolean chunked) {
    return new TestExchange(
        TestRequest.of("PUT", "/a?b").head(), body, chunked ? -1 : body.length());
  }

  private static TestExchange answered(Endpoint endpoint, TestExchange exchange) {
    endpoint.answer(exchange);
    exchange.pass(Duration.ofSeconds(30));
    return exchange;
  }

  private static List<String> bodies(Endpoint endpoint, int count) {
    return IntStream.range(0, count).mapToObj(_ -> answered(endpoint, get()).body()).toList();
  }

  private static WeightedEndpoint weighted(String name, List<Share<Endpoint>> shares) {
    return new WeightedEndpoint(
        name, Available.always(shares, all -> new WeightedTurns<>(all, 0)), Optional.empty());
  }

  @Test
  void weightedServicesShareByWeightAndNest() {
    var inner =
        weighted(
            "inner@file",
            List.of(
                new Share<Endpoint>(new Named("a", 200), 1),
                new Share<Endpoint>(new Named("b", 200), 1)));
    var outer =
        weighted(
            "outer@file",
            List.of(
                new Share<Endpoint>(inner, 2),
                new Share<Endpoint>(new Named("c", 200), 1),
                new Share<Endpoint>(new Named("off", 200), 0)));

    List<String> bodies = bodies(outer, 12);

    assertThat(bodies.stream().filter("a"::equals)).hasSize(4);
    assertThat(bodies.stream().filter("b"::equals)).hasSize(4);
    assertThat(bodies.stream().filter("c"::equals)).hasSize(4);
  }

  @Test
  void aWeightedServiceOfNothingHasNoServer() {
    var none = weighted("none@file", List.of());

    assertThat(answered(none, get()).failure()).contains(new Failure.NoServer("none@file"));
    assertThat(none.isUp()).isFalse();
  }

  private MirroringEndpoint mirroring(Endpoint main, boolean body, long most, Endpoint... mirrors) {
    return new MirroringEndpoint(
        main,
        List.of(mirrors).stream().map(mirror -> new MirroringEndpoint.Mirror(mirror, 100)).toList(),
        new MirroringEndpoint.Bodies(body, most, memory),
        copies);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void mirrorsGetTheRequestAsItCame(boolean chunked) {
    var main = new Named("main", 200);
    var one = new Named("one", 500);
    var other = new Named("other", 200);

    var exchange = answered(mirroring(main, true, -1, one, other), put("0123456789", chunked));

    assertThat(exchange.body()).isEqualTo("main");
    assertThat(List.of(main.received, one.received, other.received))
        .containsOnly(List.of("/a?b 0123456789"));
    assertThat(exchange.trail().servedBy()).isEqualTo("main");
    assertThat(completed)
        .extracting(copy -> copy.trail().servedBy() + ' ' + copy.response().status())
        .containsExactly("one 500", "other 200");
    assertThat(completed.getFirst().request().headers().all(X_COPY)).containsExactly("one");
    assertThat(copies.active()).isZero();
    assertThat(memory.held()).isZero();
  }

  @Test
  void nothingIsSentToMirrorsBeforeTheRequestIsAnswered() {
    var mirror = new Named("mirror", 200);
    var waiting = new ArrayList<Exchange>();
    Endpoint slow = waiting::add;

    var exchange = answered(mirroring(slow, true, -1, mirror), get());
    assertThat(mirror.received).isEmpty();
    assertThat(copies.active()).isEqualTo(1);

    waiting.getFirst().respond(Answer.text(200, "done"));
    exchange.pass(Duration.ZERO);

    assertThat(mirror.received).hasSize(1);
    assertThat(copies.active()).isZero();
  }

  @Test
  void thereIsNoCopyForAClientThatLeft() {
    var mirror = new Named("mirror", 200);
    var exchange = get();
    mirroring(_ -> {}, true, -1, mirror).answer(exchange);

    exchange.abandon();
    exchange.pass(Duration.ofSeconds(1));

    assertThat(mirror.received).isEmpty();
    assertThat(copies.active()).isZero();
    assertThat(copies.leftOut()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "9, 0"})
  void aBodyOverTheLimitIsServedAndNotMirrored(long most, int copied) {
    for (boolean chunked : new boolean[] {false, true}) {
      var main = new Named("main", 200);
      var mirror = new Named("mirror", 200);

      answered(mirroring(main, true, most, mirror), put("0123456789", chunked));

      assertThat(main.received).containsExactly("/a?b 0123456789");
      assertThat(mirror.received).hasSize(copied);
    }
    assertThat(copies.leftOut()).isEqualTo(copied == 1 ? 0 : 2);
    assertThat(memory.held()).isZero();
  }

  @Test
  void withoutBodiesMirrorsGetNone() {
    var mirror = new Named("mirror", 200);

    answered(mirroring(new Named("main", 200), false, -1, mirror), put("secret", false));

    assertThat(mirror.received).containsExactly("/a?b ");
  }

  @Test
  void beyondTheBoundThereAreNoMoreCopies() {
    var mirror = new Named("mirror", 200);
    var endless = mirroring(_ -> {}, true, -1, mirror, mirror);
    endless.answer(get());

    var exchange = answered(mirroring(new Named("main", 200), true, -1, mirror, mirror), get());

    assertThat(exchange.body()).isEqualTo("main");
    assertThat(mirror.received).isEmpty();
    assertThat(copies.leftOut()).isEqualTo(2);
  }

  @Test
  void aMirrorThatNeverAnswersIsGivenUp() {
    var cancelled = new ArrayList<String>();
    Endpoint silent = exchange -> exchange.whenAbandoned(() -> cancelled.add("silent"));

    var exchange = answered(mirroring(new Named("main", 200), true, -1, silent), get());
    assertThat(copies.active()).isEqualTo(1);
    exchange.pass(Duration.ofMinutes(1));

    assertThat(cancelled).containsExactly("silent");
    assertThat(copies.active()).isZero();
  }

  @Test
  void aMirrorThatFailsOrThrowsIsNobodysFailure() {
    Endpoint failing = copy -> copy.fail(new Failure.NoServer("dead@file"));
    Endpoint throwing =
        _ -> {
          throw new IllegalStateException("broken");
        };

    var exchange = answered(mirroring(new Named("main", 200), true, -1, failing, throwing), get());

    assertThat(exchange.body()).isEqualTo("main");
    assertThat(completed).extracting(copy -> copy.response().status()).containsExactly(503, 500);
  }

  @ParameterizedTest
  @CsvSource({
    "50, 1010101010",
    "0, 0000000000",
    "100, 1111111111",
    "34, 1010010010",
    "10, 1000000000"
  })
  void percentIsSpreadEvenly(int percent, String pattern) {
    var mirror = new MirroringEndpoint.Mirror(_ -> {}, percent);

    assertThat(IntStream.rangeClosed(1, 10).mapToObj(i -> mirror.takes(i) ? "1" : "0").toList())
        .isEqualTo(List.of(pattern.split("")));
  }

  private FailoverEndpoint failover(Endpoint main, Endpoint spare, long mostBody, String... codes) {
    return new FailoverEndpoint(
        main,
        spare,
        new FailoverEndpoint.Errors(StatusRanges.parse(List.of(codes)), mostBody, memory),
        true);
  }

  @Test
  void theOtherServiceAnswersForAListedStatus() {
    var main = new Named("main", 503);
    var spare = new Named("spare", 200);

    var exchange = answered(failover(main, spare, -1, "500-599"), put("body", true));

    assertThat(exchange.response().status()).isEqualTo(200);
    assertThat(exchange.body()).isEqualTo("spare");
    assertThat(List.of(main.received, spare.received)).containsOnly(List.of("/a?b body"));
    assertThat(exchange.trail().servedBy()).isEqualTo("spare");
    assertThat(exchange.request().headers().all(X_COPY)).containsExactly("spare");
    assertThat(memory.held()).isZero();
  }

  @Test
  void aFailureCountsAsItsStatus() {
    Endpoint dead =
        exchange ->
            exchange.fail(
                new Failure.UpstreamFault(
                    "http://h",
                    Failure.UpstreamFault.Stage.AWAITING_HEAD,
                    Failure.UpstreamFault.Kind.CLOSED,
                    ""));

    assertThat(answered(failover(dead, new Named("spare", 200), -1, "502"), get()).body())
        .isEqualTo("spare");
    assertThat(answered(failover(dead, new Named("spare", 200), -1, "503"), get()).failure())
        .isPresent();
  }

  @Test
  void otherStatusesAndTheOtherServicesOwnArePassedOn() {
    assertThat(
            answered(failover(new Named("a", 404), new Named("b", 200), -1, "500"), get()).body())
        .isEqualTo("a");
    assertThat(
            answered(failover(new Named("a", 500), new Named("b", 500), -1, "500"), get()).body())
        .isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aBodyOverTheLimitIsRefusedBeforeAnyoneSeesIt(boolean chunked) {
    var main = new Named("main", 500);
    var spare = new Named("spare", 200);
    FailoverEndpoint service = failover(main, spare, 8, "500");

    assertThat(answered(service, put("12345678", chunked)).body()).isEqualTo("spare");
    var refused = answered(service, put("123456789", chunked));

    assertThat(refused.answer().map(Answer::status)).contains(413);
    assertThat(refused.body()).isEqualTo("Request body too large\n");
    assertThat(main.received).hasSize(1);
    assertThat(memory.held()).isZero();
  }

  @Test
  void aServiceThatIsDownIsNotAsked() {
    var main = new Named("main", 200);
    var spare = new Named("spare", 200);
    FailoverEndpoint service = failover(main, spare, -1);

    assertThat(answered(service, get()).body()).isEqualTo("main");
    main.up = false;
    assertThat(answered(service, get()).body()).isEqualTo("spare");
    assertThat(service.isUp()).isTrue();
    spare.up = false;
    assertThat(answered(service, get()).answer().map(Answer::status)).contains(503);
    assertThat(service.isUp()).isFalse();
  }
}
