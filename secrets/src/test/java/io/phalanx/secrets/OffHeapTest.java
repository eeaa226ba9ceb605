package io.phalanx.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

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

  @Test
  void isEqualIfTheBytesAreAndPrintsNone() {
    OffHeap kept = OffHeap.taken(secret());

    assertThat(kept).isEqualTo(OffHeap.taken(secret())).hasSameHashCodeAs(OffHeap.taken(secret()));
    assertThat(kept).isNotEqualTo(OffHeap.taken("s3cre".getBytes(UTF_8)));
    assertThat(OffHeap.taken(new byte[0])).isEqualTo(OffHeap.taken(new byte[0]));
    assertThat(kept).hasToString("********");
  }
}
