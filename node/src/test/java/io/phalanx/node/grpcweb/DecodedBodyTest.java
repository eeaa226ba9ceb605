package io.phalanx.node.grpcweb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.phalanx.node.exchange.MalformedBodyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecodedBodyTest {
  private static String decoded(int room, String... pieces) throws IOException {
    var body = new DecodedBody(new Pieces(pieces));
    var all = new StringBuilder();
    ByteBuffer into = ByteBuffer.allocate(room + 3).position(3);
    for (int count = body.read(into); count >= 0; count = body.read(into)) {
      assertThat(into.position()).isEqualTo(3 + count);
      all.append(new String(into.array(), 3, count, ISO_8859_1));
      into.position(3);
    }
    return all.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "YQ==, a",
    "YWI=, ab",
    "YWJj, abc",
    "YWJjZA==, abcd",
    "YQ==YWI=YWJj, aababc",
    "'YW\r\nJj\n', abc"
  })
  void decodesWhereverItIsCut(String text, String wanted) throws IOException {
    for (int cut = 0; cut <= text.length(); cut++) {
      assertThat(decoded(64, text.substring(0, cut), "", text.substring(cut))).isEqualTo(wanted);
    }
    assertThat(decoded(1, text)).isEqualTo(wanted);
    assertThat(decoded(64, text.split(""))).isEqualTo(wanted);
  }

  @Test
  void decodesEveryByteAtEveryPlace() throws IOException {
    byte[] bytes = new byte[50_000];
    new Random(7).nextBytes(bytes);

    String text = Base64.getEncoder().encodeToString(bytes);

    assertThat(decoded(1_021, text)).isEqualTo(new String(bytes, ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Y",
        "YW",
        "YWI",
        "YQ=",
        "=",
        "Y===",
        "YQ=a",
        "YW J",
        "YWJj-",
        "YWJj_",
        "\u00e9YW"
      })
  void refusesWhatIsNone(String text) {
    assertThatExceptionOfType(MalformedBodyException.class).isThrownBy(() -> decoded(64, text));
    assertThatExceptionOfType(MalformedBodyException.class)
        .isThrownBy(() -> decoded(64, text.split("")));
  }

  @Test
  void onlyWhatIsEmptyHasALength() {
    assertThat(new DecodedBody(new Pieces("YQ==")).length()).isEqualTo(-1);
  }
}
