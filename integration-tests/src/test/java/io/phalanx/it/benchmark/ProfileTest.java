package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  @Test
  void addsUpWhatAFrameSpentItself() {
    Profile profile =
        Profile.parse(
            Stream.of(
                "io/Thread.run_[j];a/B.c_[j] 3",
                "io/Thread.run_[j];a/B.c_[j];do_syscall_64_[k] 5",
                "io/Other.run_[j];a/B.c_[j] 4",
                ""));

    assertThat(profile.samples()).isEqualTo(12);
    assertThat(profile.kernel()).isEqualTo(5);
    assertThat(profile.largest())
        .containsExactly(
            new Profile.Entry("a/B.c_[j]", 7), new Profile.Entry("do_syscall_64_[k]", 5));
  }

  @Test
  void hasTenEntriesAtMostAndTheirPartOfAll() {
    Profile profile =
        Profile.parse(IntStream.rangeClosed(1, 20).mapToObj(i -> "main;f" + i + ' ' + i));

    assertThat(profile.largest()).hasSize(10).first().isEqualTo(new Profile.Entry("f20", 20));
    assertThat(profile.table("tls"))
        .contains("tls: 210 samples, 0 % of them in the kernel")
        .containsPattern("`f20` +\\| 9\\.5");
  }
}
