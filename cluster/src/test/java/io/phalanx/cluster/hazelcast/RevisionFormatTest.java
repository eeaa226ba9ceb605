package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.revision.Revision;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RevisionFormatTest {
  private final RevisionFormat format =
      new RevisionFormat(Sealing.of(List.of(FleetKey.generate()), "revision"));
  private final Revision revision =
      new Revision(
          7, "file on a", Instant.parse("2026-11-25T00:00:00Z"), "-----BEGIN PRIVATE KEY-----\n");

  @Test
  void whatIsWrittenIsReadAgainAndHoldsNoContentInClear() {
    String text = format.encode(revision);

    assertThat(format.decode(text)).isEqualTo(revision);
    assertThat(RevisionFormat.number(text)).isEqualTo(7);
    assertThat(text).doesNotContain("PRIVATE KEY").contains("file on a");
  }

  @Test
  void aChangedHeadDoesNotOpen() {
    String text = format.encode(revision);

    assertThatIllegalStateException()
        .isThrownBy(() -> format.decode(text.replace("\n7\n", "\n8\n")))
        .withMessageContaining("revision 8 cannot be read");
  }

  @Test
  void aFormatThatIsNotKnownIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> format.decode("phalanx-revision/1\n7\n2026-11-25T00:00:00Z\na\n{}"))
        .withMessageContaining("phalanx-revision/1");
  }
}
