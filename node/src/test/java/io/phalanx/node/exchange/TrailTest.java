package io.phalanx.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrailTest {
  private static final Failure FIRST = new Failure.NodeFault("first", new Exception("first"));
  private static final Failure SECOND = new Failure.NodeFault("second", new Exception("second"));

  private final Trail trail = new Trail();

  @Test
  void theFirstFailureCountsForTheRequest() {
    trail.failed(FIRST);
    trail.sentTo("http://b", 2);
    trail.failed(SECOND);

    assertThat(trail.failure()).contains(FIRST);
  }

  @Test
  void whatAnotherServerAnsweredIsNotTheLastOnes() {
    trail.sentTo("http://a", 1);
    trail.answered(500, 2);
    trail.originBytes(3);

    trail.sentTo("http://b", 4);

    assertThat(trail.originStatus()).isEqualTo(-1);
    assertThat(trail.originHead()).isEqualTo(-1);
    assertThat(trail.originBytes()).isEqualTo(-1);
  }

  @Test
  void aServerThatIsAskedInTheOthersPlaceIsNotToBlameForIt() {
    trail.sentTo("http://a", 1);
    trail.failed(FIRST);
    assertThat(trail.failureOfAttempt()).contains(FIRST);

    trail.sentTo("http://b", 2);
    assertThat(trail.failureOfAttempt()).isEmpty();

    trail.failed(SECOND);
    assertThat(trail.failureOfAttempt()).contains(SECOND);
    trail.retried();
    assertThat(trail.failureOfAttempt()).isEmpty();
  }
}
