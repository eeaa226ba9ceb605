package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final Standing WELL =
      new Standing(5, "abc", 5, "1.0", List.of("k1"), List.of(), List.of(), List.of(), false);

  @Test
  void isReadAsItWasWritten() {
    var standing =
        new Standing(
            4,
            "abc",
            5,
            "1.0",
            List.of("k1", "k2"),
            List.of("a"),
            List.of("b"),
            List.of("c"),
            true);

    assertThat(Standing.decode(standing.encode())).isEqualTo(standing);
    assertThat(Standing.decode(WELL.encode())).isEqualTo(WELL);
  }

  @Test
  void remarksNameWhatAnOperatorShouldKnowAndNothingElse() {
    assertThat(WELL.remarks()).isEmpty();
    assertThat(WELL.knowing(6).remarks()).containsExactly("serves revision 5, the newest is 6");
    assertThat(
            new Standing(
                    5,
                    "abc",
                    5,
                    "1.0",
                    List.of(),
                    List.of("metrics.addInternals"),
                    List.of("ping"),
                    List.of("entry point web cannot listen"),
                    true)
                .remarks())
        .containsExactly(
            "after restart: metrics.addInternals",
            "drift, was given otherwise than the fleet has it: ping",
            "drift, what it is given changed since it was read; SIGHUP has it read",
            "trouble: entry point web cannot listen");
  }

  @Test
  void isBounded() {
    List<String> many = Collections.nCopies(1000, "x".repeat(1000));
    var standing = new Standing(5, "abc", 5, "1.0", many, many, many, many, false);

    assertThat(standing.afterRestart()).hasSize(50).allMatch(line -> line.length() == 500);
  }

  @Test
  void aReportOfALaterReleaseIsNamed() {
    assertThatThrownBy(() -> Standing.decode("{\"format\": \"2\"}"))
        .hasMessage("its report is in format \"2\", this release knows 1");
    assertThatThrownBy(() -> Standing.decode("{\"format\": \"1\", \"revision\": \"x\"}"))
        .hasMessage("its report cannot be read");
  }
}
