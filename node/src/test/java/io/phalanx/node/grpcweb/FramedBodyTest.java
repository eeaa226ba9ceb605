package io.phalanx.node.grpcweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer.Field;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FramedBodyTest {
  private static final String NO_STATUS =
      "\u0080\0\0\0>grpc-message: the server sent no grpc-status\r\ngrpc-status: 2\r\n";

  private static Trailers trailers(String... namesAndValues) {
    var fields = new ArrayList<Field>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(HeaderName.of(namesAndValues[i]), namesAndValues[i + 1]));
    }
    return new Trailers(fields);
  }

  private static String framed(boolean statusInHead, Trailers trailers) throws IOException {
    var sink = new NarrowSink(7);
    var body = new FramedBody(sink, statusInHead);
    NarrowSink.write(body, "hello");
    body.trailers(trailers);
    NarrowSink.finish(body);
    assertThat(sink.finished).isTrue();
    return sink.text();
  }

  @Test
  void trailersAreTheLastFrame() throws IOException {
    assertThat(framed(false, trailers("Grpc-Status", "0", "Grpc-Message", "fine")))
        .isEqualTo("hello\u0080\0\0\0$grpc-message: fine\r\ngrpc-status: 0\r\n");
  }

  @Test
  void linesOfOneNameStayInTheirOrder() throws IOException {
    assertThat(framed(false, trailers("b", "2", "grpc-status", "7", "B", "1")))
        .isEqualTo("hello\u0080\0\0\0\u001cb: 2\r\nb: 1\r\ngrpc-status: 7\r\n");
  }

  @Test
  void theLargestTrailersFit() throws IOException {
    var fields = new ArrayList<>(List.of(new Field(HeaderName.of("grpc-status"), "0")));
    for (int i = 1; i < Trailers.MAX_FIELDS; i++) {
      fields.add(new Field(HeaderName.of("x" + i), "v".repeat(150)));
    }

    assertThat(framed(false, new Trailers(fields))).hasSizeGreaterThan(15_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x-other"})
  void whoeverGetsNoStatusDoesNotSeeASuccess(String other) throws IOException {
    String text = framed(false, other.isEmpty() ? Trailers.NONE : trailers(other, "1"));

    if (other.isEmpty()) {
      assertThat(text).isEqualTo("hello" + NO_STATUS);
    } else {
      assertThat(text).endsWith("\r\ngrpc-status: 2\r\nx-other: 1\r\n");
    }
  }

  @Test
  void aStatusInTheHeadIsEnough() throws IOException {
    assertThat(framed(true, Trailers.NONE)).isEqualTo("hello");
    assertThat(framed(true, trailers("x", "1"))).isEqualTo("hello\u0080\0\0\0\u0006x: 1\r\n");
  }

  @Test
  void inTextTheMessagesArePaddedByThemselves() throws IOException {
    var sink = new NarrowSink(5);
    var body = new FramedBody(new EncodedBody(sink), false);

    NarrowSink.write(body, "\0\0\0\0\u0005world");
    body.trailers(trailers("grpc-status", "0", "grpc-message", "fine"));
    NarrowSink.finish(body);

    assertThat(sink.text())
        .isEqualTo("AAAAAAV3b3JsZA==gAAAACRncnBjLW1lc3NhZ2U6IGZpbmUNCmdycGMtc3RhdHVzOiAwDQo=");
  }
}
