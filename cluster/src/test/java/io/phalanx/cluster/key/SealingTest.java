package io.phalanx.cluster.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.phalanx.cluster.key.Sealing.BrokenSealException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SealingTest {
  private static final byte[] SECRET = "a private key".getBytes(UTF_8);
  private static final byte[] BESIDE = "revision 7".getBytes(UTF_8);

  private final FleetKey key = FleetKey.generate();
  private final Sealing sealing = Sealing.of(List.of(key), "revision");

  @Test
  void whoHasTheKeyOpensWhatWasSealed() throws Exception {
    byte[] sealed = sealing.seal(SECRET, BESIDE);

    assertThat(Sealing.of(List.of(key), "revision").open(sealed, BESIDE)).isEqualTo(SECRET);
    assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("private");
  }

  @Test
  void theSameIsSealedDifferentlyEachTime() {
    assertThat(sealing.seal(SECRET, BESIDE)).isNotEqualTo(sealing.seal(SECRET, BESIDE));
  }

  @Test
  void aNewKeySealsAndTheOldOneStillOpens() throws Exception {
    byte[] old = sealing.seal(SECRET, BESIDE);
    FleetKey next = FleetKey.generate();
    Sealing both = Sealing.of(List.of(next, key), "revision");

    assertThat(both.open(old, BESIDE)).isEqualTo(SECRET);
    assertThat(Sealing.of(List.of(next), "revision").open(both.seal(SECRET, BESIDE), BESIDE))
        .isEqualTo(SECRET);
  }

  @Test
  void whatIsSealedAnewOpensWithoutTheOldKey() throws Exception {
    byte[] old = sealing.seal(SECRET, BESIDE);
    FleetKey next = FleetKey.generate();

    sealing.rekey(List.of(next, key));
    byte[] anew = sealing.seal(sealing.open(old, BESIDE), BESIDE);

    assertThat(sealing.isSealedAnew(old, BESIDE)).isFalse();
    assertThat(sealing.isSealedAnew(anew, BESIDE)).isTrue();
    sealing.rekey(List.of(next));
    assertThat(sealing.open(anew, BESIDE)).isEqualTo(SECRET);
    refuses(sealing, old, BESIDE);
  }

  @Test
  void doesNotOpenWithAnotherKeyForAnotherPurposeOrBesideSomethingElse() {
    byte[] sealed = sealing.seal(SECRET, BESIDE);

    refuses(Sealing.of(List.of(FleetKey.generate()), "revision"), sealed, BESIDE);
    refuses(Sealing.of(List.of(key), "certificate"), sealed, BESIDE);
    refuses(sealing, sealed, "revision 8".getBytes(UTF_8));
  }

  @Test
  void noticesEveryChangedByteAndEveryMissingOne() {
    byte[] sealed = sealing.seal(SECRET, BESIDE);
    for (int i = 1; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      refuses(sealing, changed, BESIDE);
      refuses(sealing, java.util.Arrays.copyOf(sealed, i), BESIDE);
    }
  }

  private static void refuses(Sealing sealing, byte[] sealed, byte[] context) {
    assertThatExceptionOfType(BrokenSealException.class)
        .isThrownBy(() -> sealing.open(sealed, context));
  }

  @Test
  void namesAFormatThatItDoesNotKnow() {
    byte[] sealed = sealing.seal(SECRET, BESIDE);
    sealed[0] = 2;

    assertThatIllegalStateException()
        .isThrownBy(() -> sealing.open(sealed, BESIDE))
        .withMessageContaining("format 2");
  }
}
