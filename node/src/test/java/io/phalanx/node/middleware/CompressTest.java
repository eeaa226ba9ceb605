package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressTest {
  private static final String LONG = "0123456789".repeat(300);

  private final TestExchange exchange =
      new TestExchange(TestRequest.get("/").with("Accept-Encoding", "gzip").head());

  private Optional<Exchange> server(String options) {
    Verdict verdict = Passage.of(Compress.TYPE, options).step().onRequest(exchange.request());
    var reached = new Exchange[1];
    if (verdict instanceof Verdict.Enclose enclose) {
      enclose.enclosure().answer(exchange, inner -> reached[0] = inner);
    } else {
      assertThat(verdict).isEqualTo(Verdict.PROCEED);
    }
    return Optional.ofNullable(reached[0]);
  }

  /** Has the server answer at once. */
  private void answer(String options, long length, String body, String... headers)
      throws IOException {
    Exchange server = server(options).orElseThrow();
    for (int i = 0; i < headers.length; i += 2) {
      server.response().headers().add(HeaderName.of(headers[i]), headers[i + 1]);
    }
    BodySink sink = server.startResponse(length);
    write(sink, body);
    assertThat(sink.finish()).isTrue();
  }

  private static void write(BodySink sink, String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      assertThat(sink.write(bytes)).isPositive();
    }
  }

  private String field(String name) {
    return String.join(" | ", exchange.response().headers().all(HeaderName.of(name)));
  }

  private String decoded() throws IOException {
    var in = new ByteArrayInputStream(exchange.body().getBytes(ISO_8859_1));
    try (var unzipped = new GZIPInputStream(in)) {
      return new String(unzipped.readAllBytes(), ISO_8859_1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3_000, -1})
  void compressesWhatIsLongEnough(long length) throws IOException {
    answer("{}", length, LONG, "ETag", "\"v1\"", "Accept-Ranges", "bytes", "Vary", "Origin");

    assertThat(field("Content-Encoding")).isEqualTo("gzip");
    assertThat(field("Vary")).isEqualTo("Origin | Accept-Encoding");
    assertThat(field("ETag")).isEqualTo("W/\"v1\"");
    assertThat(field("Accept-Ranges")).isEmpty();
    assertThat(exchange.body().length()).isLessThan(1_000);
    assertThat(decoded()).isEqualTo(LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Digest", "Content-MD5", "Digest", "Repr-Digest"})
  void digestsOfOtherBytesAreNotPassedOn(String name) throws IOException {
    answer("{}", 3_000, LONG, name, "sha-256=:eA==:");
    assertThat(decoded()).isEqualTo(LONG);
    assertThat(field(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1023, 0, ''", "1024, 0, gzip", "99, 100, ''", "100, 100, gzip"})
  void whatIsShortPasses(int length, int least, String encoding) throws IOException {
    String body = "x".repeat(length);
    answer("{minResponseBodyBytes: " + least + "}", length, body);

    assertThat(field("Content-Encoding")).isEqualTo(encoding);
    assertThat(field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(encoding.isEmpty() ? exchange.body() : decoded()).isEqualTo(body);
  }

  @Test
  void aShortBodyWithoutALengthPassesWhole() throws IOException {
    answer("{}", -1, "short");

    assertThat(field("Content-Encoding")).isEmpty();
    assertThat(exchange.body()).isEqualTo("short");
  }

  @Test
  void whatAStreamSentCanBeReadWhileItPauses() throws IOException {
    BodySink sink = server("{}").orElseThrow().startResponse(-1);

    write(sink, "data: 1\n\n");
    assertThat(exchange.body()).isEmpty();
    assertThat(sink.flush()).isTrue();

    assertThat(field("Content-Encoding")).isEqualTo("gzip");
    var in = new GZIPInputStream(new ByteArrayInputStream(exchange.body().getBytes(ISO_8859_1)));
    assertThat(in.readNBytes(9)).asString(ISO_8859_1).isEqualTo("data: 1\n\n");
    write(sink, "data: 2\n\n");
    sink.finish();
    assertThat(decoded()).isEqualTo("data: 1\n\ndata: 2\n\n");
  }

  @Test
  void ofABodyWithALengthOnlyALastingPauseIsFlushed() throws IOException {
    BodySink sink = server("{}").orElseThrow().startResponse(6_000);
    write(sink, LONG);
    sink.flush();
    int before = exchange.body().length();

    exchange.pass(Duration.ofMillis(99));
    assertThat(exchange.body()).hasSize(before);
    exchange.pass(Duration.ofMillis(1));
    assertThat(exchange.body().length()).isGreaterThan(before);
    var in = new GZIPInputStream(new ByteArrayInputStream(exchange.body().getBytes(ISO_8859_1)));
    assertThat(in.readNBytes(3_000)).hasSize(3_000);
    write(sink, LONG);
    sink.finish();
    assertThat(decoded()).isEqualTo(LONG + LONG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Encoding | identity",
        "Content-Range | bytes 0-2999/9000",
        "Cache-Control | public, No-Transform",
        "Content-Type | application/grpc+proto"
      })
  void leavesAloneWhatMustStayAsItIs(String name, String value) throws IOException {
    answer("{}", 3_000, LONG, name, value);

    assertThat(exchange.body()).isEqualTo(LONG);
    assertThat(field("Vary")).isEqualTo("Accept-Encoding");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 206, 304})
  void leavesAlonePartsAndWhatHasNoBody(int status) throws IOException {
    Exchange server = server("{}").orElseThrow();
    server.response().status(status);

    server.startResponse(3_000);

    assertThat(field("Content-Encoding")).isEmpty();
    assertThat(field("Vary")).isEqualTo("Accept-Encoding");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{includedContentTypes: [application/json]} | application/json; charset=utf-8 | gzip",
        "{includedContentTypes: [application/json]} | image/png | ''",
        "{includedContentTypes: [application/json]} | '' | ''",
        "{excludedContentTypes: [application/json]} | application/JSON;a=b | ''",
        "{excludedContentTypes: [application/json]} | image/png | gzip",
        "{excludedContentTypes: [application/json]} | '' | gzip"
      })
  void typesDecide(String options, String type, String encoding) throws IOException {
    if (type.isEmpty()) {
      answer(options, 3_000, LONG);
    } else {
      answer(options, 3_000, LONG, "Content-Type", type);
    }

    assertThat(field("Content-Encoding")).isEqualTo(encoding);
  }

  @Test
  void aRequestOfAnExcludedTypeIsLeftAlone() {
    exchange.request().headers().set(HeaderName.of("Content-Type"), "application/grpc");

    assertThat(server("{}")).isEmpty();
  }

  @Test
  void answersOfTheProxyVaryToo() {
    server("{}").orElseThrow().respond(Answer.text(429, "no"));

    assertThat(field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(exchange.body()).isEqualTo("no");
  }

  @Test
  void whoTakesNoCodingGetsTheAnswerAsItIs() {
    exchange.request().headers().set(HeaderName.of("Accept-Encoding"), "deflate");

    assertThat(server("{}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{encodings: [gzip, deflate]} | encodings: \"deflate\" is none of gzip, br and zstd",
        "{encodings: []} | encodings must not be empty",
        "{encodings: [gzip], defaultEncoding: br} | defaultEncoding \"br\" is not among encodings",
        "{minResponseBodyBytes: -1} | minResponseBodyBytes must not be below 0, but is -1",
        "{includedContentTypes: [a/b], excludedContentTypes: [c/d]}"
            + " | includedContentTypes and excludedContentTypes cannot both be given",
        "{excludedContentTypes: [json]} | excludedContentTypes: \"json\" is no media type"
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(Compress.TYPE, options))
        .withMessage(message);
  }
}
