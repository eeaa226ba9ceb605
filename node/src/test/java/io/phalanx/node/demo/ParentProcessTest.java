package io.phalanx.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParentProcessTest {
  private final CountDownLatch ended = new CountDownLatch(1);

  private void watch(Process parent) {
    ParentProcess.whenEnded(
        Map.of(ParentProcess.VARIABLE, Long.toString(parent.pid())), ended::countDown);
  }

  @Test
  void endsWithItsParent() throws Exception {
    Process parent = new ProcessBuilder("sleep", "60").start();
    watch(parent);
    assertThat(ended.getCount()).isEqualTo(1);

    parent.destroyForcibly();
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void endsAtOnceIfItsParentIsGone() throws Exception {
    Process parent = new ProcessBuilder("true").start();
    parent.waitFor();
    watch(parent);

    assertThat(ended.getCount()).isZero();
  }

  @Test
  void aNodeThatNobodyStartedLivesOn() {
    ParentProcess.whenEnded(Map.of(), ended::countDown);

    assertThat(ended.getCount()).isEqualTo(1);
  }
}
