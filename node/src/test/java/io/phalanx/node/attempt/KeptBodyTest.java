package io.phalanx.node.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptBodyTest {
  private final MemoryBound memory = new MemoryBound(1 << 20, () -> {});

  private static BodySource body(String text, boolean chunked) {
    return new TestExchange(TestRequest.of("PUT", "/").head(), text, chunked ? -1 : text.length())
        .requestBody();
  }

  /** Reads {@code count} bytes, or to the end. */
  private static String read(BodySource from, int count) throws IOException {
    var into = ByteBuffer.allocate(count);
    while (into.hasRemaining() && from.read(into) >= 0) {
      // Until the end.
    }
    return new String(into.array(), 0, into.position(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1023, 1024, 1025, 50_000})
  void isReadAgainFromTheBeginning(int length) throws IOException {
    String text = "0123456789".repeat(length / 10 + 1).substring(0, length);
    for (boolean chunked : new boolean[] {false, true}) {
      var kept = new KeptBody(body(text, chunked), -1, memory);

      assertThat(read(kept.fromTheBeginning(), length + 1)).isEqualTo(text);
      assertThat(kept.isWhole()).isTrue();
      assertThat(read(kept.fromTheBeginning(), length + 1)).isEqualTo(text);
      kept.release();
    }
    assertThat(memory.held()).isZero();
  }

  @Test
  void goesOnWhereAnEarlierReaderStopped() throws IOException {
    var kept = new KeptBody(body("a".repeat(30) + "b".repeat(30), false), 100, memory);
    BodySource first = kept.fromTheBeginning();

    assertThat(read(first, 20)).isEqualTo("a".repeat(20));
    BodySource second = kept.fromTheBeginning();

    assertThat(kept.isWhole()).isFalse();
    assertThat(read(second, 10)).isEqualTo("a".repeat(10));
    assertThat(read(second, 100)).isEqualTo("a".repeat(20) + "b".repeat(30));
  }

  @Test
  void whatIsNotReadYetIsForOneReaderOnly() throws IOException {
    var kept = new KeptBody(body("0123456789", true), 100, memory);
    BodySource older = kept.fromTheBeginning();
    read(older, 4);
    BodySource newer = kept.fromTheBeginning();

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(older, 1));
    assertThat(read(newer, 100)).isEqualTo("0123456789");
    assertThat(read(older, 100)).isEqualTo("456789");
  }

  @Test
  void severalMayReadWhatIsWholeAtOnce() throws IOException {
    var kept = new KeptBody(body("0123456789abcdef", true), 100, memory);
    read(kept.fromTheBeginning(), 100);

    BodySource one = kept.fromTheBeginning();
    BodySource other = kept.fromTheBeginning();

    assertThat(read(one, 5)).isEqualTo("01234");
    assertThat(read(other, 100)).isEqualTo("0123456789abcdef");
    assertThat(read(one, 100)).isEqualTo("56789abcdef");
  }

  @Test
  void passesOnWhatIsTooLongAndKeepsNothingOfIt() throws IOException {
    var kept = new KeptBody(body("0123456789x", true), 10, memory);

    assertThat(read(kept.fromTheBeginning(), 100)).isEqualTo("0123456789x");

    assertThat(kept.mayBeReadAgain()).isFalse();
    assertThat(kept.isWhole()).isFalse();
    assertThat(memory.held()).isZero();
  }

  @Test
  void mayBeReadAgainWhileNothingWasRead() throws IOException {
    var kept = new KeptBody(body("0123456789x", false), 0, memory);
    kept.fromTheBeginning();

    assertThat(kept.mayBeReadAgain()).isTrue();
    assertThat(read(kept.fromTheBeginning(), 4)).isEqualTo("0123");
    assertThat(kept.mayBeReadAgain()).isFalse();
  }

  @Test
  void takesNoMoreMemoryThanTheNodeHasForAll() throws IOException {
    var scarce = new MemoryBound(20_000, () -> {});
    var one = new KeptBody(body("a".repeat(15_000), true), -1, scarce);
    var other = new KeptBody(body("b".repeat(15_000), true), -1, scarce);

    assertThat(read(one.fromTheBeginning(), 20_000)).hasSize(15_000);
    assertThat(read(other.fromTheBeginning(), 20_000)).hasSize(15_000);

    assertThat(one.isWhole()).isTrue();
    assertThat(other.mayBeReadAgain()).isFalse();
    one.release();
    assertThat(scarce.held()).isZero();
  }
}
