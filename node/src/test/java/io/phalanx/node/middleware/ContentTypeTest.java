package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypeTest {
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");

  private final TestExchange exchange = new TestExchange(TestRequest.get("/").head());

  /** A server that answers when the test says so. */
  private Exchange server() {
    Verdict verdict = Passage.of(ContentType.TYPE, "{}").step().onRequest(exchange.request());
    var reached = new Exchange[1];
    ((Verdict.Enclose) verdict).enclosure().answer(exchange, inner -> reached[0] = inner);
    return reached[0];
  }

  private static void write(BodySink sink, String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      assertThat(sink.write(bytes)).isPositive();
    }
  }

  private String type() {
    return exchange.response().headers().first(CONTENT_TYPE).orElse("");
  }

  @Test
  void guessesByWhatIsThereWhenTheServerPauses() throws IOException {
    BodySink sink = server().startResponse(-1);

    write(sink, "<!DOC");
    write(sink, "TYPE html><p>hi");
    assertThat(exchange.body()).isEmpty();
    sink.flush();
    assertThat(type()).isEqualTo("text/html; charset=utf-8");
    assertThat(exchange.body()).isEqualTo("<!DOCTYPE html><p>hi");
    write(sink, " there");
    sink.finish();
    assertThat(exchange.body()).isEqualTo("<!DOCTYPE html><p>hi there");
  }

  @Test
  void guessesAtTheEndOfAShortBody() throws IOException {
    BodySink sink = server().startResponse(4);

    write(sink, "%PDF-");
    sink.finish();

    assertThat(type()).isEqualTo("application/pdf");
    assertThat(exchange.body()).isEqualTo("%PDF-");
  }

  @Test
  void holdsNoMoreThanItNeeds() throws IOException {
    BodySink sink = server().startResponse(-1);

    write(sink, "a".repeat(512));

    assertThat(exchange.body()).hasSize(512);
    write(sink, "b".repeat(5_000));
    assertThat(exchange.body()).hasSize(5_512);
  }

  @Test
  void aHeadAloneIsNotHeldForLong() throws IOException {
    BodySink sink = server().startResponse(-1);
    var opened = new boolean[1];
    exchange.addResponseStep(_ -> opened[0] = true);

    sink.flush();
    exchange.pass(Duration.ofMillis(99));
    assertThat(opened[0]).isFalse();
    exchange.pass(Duration.ofMillis(1));
    assertThat(opened[0]).isTrue();
    assertThat(type()).isEmpty();
    write(sink, "late");
    sink.finish();
    assertThat(exchange.body()).isEqualTo("late");
  }

  @Test
  void replacesNothing() throws IOException {
    Exchange server = server();
    server.response().headers().set(CONTENT_TYPE, "application/x-own");

    write(server.startResponse(-1), "<html>");

    assertThat(type()).isEqualTo("application/x-own");
    assertThat(exchange.body()).isEqualTo("<html>");
  }

  @Test
  void whatStepsBehindAddCounts() throws IOException {
    Exchange server = server();
    server.addResponseStep(response -> response.headers().set(CONTENT_TYPE, "text/x-step"));

    write(server.startResponse(-1), "<html>");

    assertThat(type()).isEqualTo("text/x-step");
  }

  @Test
  void doesNotLookIntoWhatIsEncoded() throws IOException {
    Exchange server = server();
    server.response().headers().set(HeaderName.of("Content-Encoding"), "gzip");

    write(server.startResponse(-1), "\u001f\u008b\u0008");

    assertThat(type()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void doesNotWaitForABodyWhereThereIsNone(int status) throws IOException {
    Exchange server = server();
    server.response().status(status);
    var opened = new boolean[1];
    exchange.addResponseStep(_ -> opened[0] = true);

    server.startResponse(-1);

    assertThat(opened[0]).isTrue();
  }

  @Test
  void headIsLeftAlone() {
    var head = TestRequest.of("HEAD", "/").head();

    assertThat(Passage.of(ContentType.TYPE, "{}").step().onRequest(head))
        .isEqualTo(Verdict.PROCEED);
  }

  @Test
  void theDeprecatedOptionTurnsItOff() {
    var head = TestRequest.get("/").head();

    assertThat(Passage.of(ContentType.TYPE, "{autoDetect: false}").step().onRequest(head))
        .isEqualTo(Verdict.PROCEED);
  }

  @Test
  void anAnswerThatWasReplacedIsNotOpenedAnyMore() throws IOException {
    Exchange server = server();
    BodySink sink = server.startResponse(-1);
    sink.flush();
    server.respond(Answer.text(502, "broken"));

    exchange.pass(Duration.ofSeconds(1));

    assertThat(exchange.body()).isEqualTo("broken");
    assertThatThrownBy(() -> sink.write(ByteBuffer.wrap(new byte[1_000])))
        .isInstanceOf(IOException.class);
  }
}
