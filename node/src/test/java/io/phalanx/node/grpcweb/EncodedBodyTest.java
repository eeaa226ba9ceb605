package io.phalanx.node.grpcweb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EncodedBodyTest {
  private static final String LONG = "0123456789".repeat(5_000);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000, 1 << 20})
  void encodesAsMuchAsIsTaken(int most) throws IOException {
    var sink = new NarrowSink(most);
    var body = new EncodedBody(sink);

    NarrowSink.write(body, LONG);
    NarrowSink.finish(body);

    assertThat(sink.text()).isEqualTo(encoded(LONG));
    assertThat(sink.finished).isTrue();
  }

  @Test
  void takesNothingMoreWhileTheClientTakesNothing() throws IOException {
    var sink = new NarrowSink(1);
    var body = new EncodedBody(sink);
    ByteBuffer from = ByteBuffer.wrap(LONG.getBytes(ISO_8859_1));

    int first = body.write(from);
    int second = body.write(from);

    assertThat(first).isEqualTo(12 << 10);
    assertThat(second).isZero();
  }

  @Test
  void bringsOutAllThatCameWhenItsSenderPauses() throws IOException {
    var sink = new NarrowSink(1 << 10);
    var body = new EncodedBody(sink);

    NarrowSink.write(body, "abcd");
    while (!body.flush()) {
      Thread.onSpinWait();
    }

    assertThat(sink.text()).isEqualTo("YWJjZA==");
    NarrowSink.write(body, "ef");
    NarrowSink.finish(body);
    assertThat(sink.text()).isEqualTo("YWJjZA==ZWY=");
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
  }
}
