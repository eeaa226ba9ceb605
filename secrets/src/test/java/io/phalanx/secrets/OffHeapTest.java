package io.phalanx.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffHeapTest {
  private static byte[] secret() {
    return "s3cret".getBytes(UTF_8);
  }

  @Test
  void whatIsTakenAndWhatIsLentIsWiped() {
    byte[] given = secret();
    var lent = new AtomicReference<byte[]>();

    OffHeap kept = OffHeap.taken(given);
    String text =
        kept.lend(
            bytes -> {
              lent.set(bytes);
              return new String(bytes, UTF_8);
            });

    assertThat(text).isEqualTo("s3cret");
    assertThat(given).containsOnly(0);
    assertThat(lent.get()).hasSize(6).containsOnly(0);
    assertThat(kept.<String, RuntimeException>lend(bytes -> new String(bytes, UTF_8)))
        .isEqualTo("s3cret");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 8193, 100_000})
  void whatIsCollectedIsWhatWasWritten(int length) throws Exception {
    byte[] written = new byte[length];
    new Random(length).nextBytes(written);

    OffHeap collected;
    try (var collector = new OffHeap.Collector()) {
      int done = 0;
      for (int some = 1; done < length; some = Math.min(some * 3, length - done)) {
        if (some == 1) {
          collector.write(written[done]);
        } else {
          collector.write(written, done, some);
        }
        done += some;
      }
      collected = collector.collected();
    }

    assertThat(collected).isEqualTo(OffHeap.taken(written.clone()));
    assertThat(collected.length()).isEqualTo(length);
    assertThat(collected.stream().readAllBytes()).isEqualTo(written);
    assertThat(digest(collected)).isEqualTo(MessageDigest.getInstance("SHA-256").digest(written));
  }

  private static byte[] digest(OffHeap hidden) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    hidden.into(digest);
    return digest.digest();
  }

  @Test
  void isReadByteByByte() throws IOException {
    OffHeap hidden = OffHeap.taken(new byte[] {1, (byte) 0xff});

    try (InputStream stream = hidden.stream()) {
      assertThat(stream.read()).isEqualTo(1);
      assertThat(stream.read(new byte[0])).isZero();
      assertThat(stream.read()).isEqualTo(0xff);
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(stream.read(new byte[8])).isEqualTo(-1);
    }
  }

  @Test
  void isEqualIfTheBytesAreAndPrintsNone() {
    OffHeap kept = OffHeap.taken(secret());

    assertThat(kept).isEqualTo(OffHeap.taken(secret())).hasSameHashCodeAs(OffHeap.taken(secret()));
    assertThat(kept).isNotEqualTo(OffHeap.taken("s3cre".getBytes(UTF_8)));
    assertThat(OffHeap.taken(new byte[0])).isEqualTo(OffHeap.taken(new byte[0]));
    assertThat(kept).hasToString("********");
  }
}
