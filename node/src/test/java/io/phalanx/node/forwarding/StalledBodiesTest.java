package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StalledBodiesTest {
  private record Due(Runnable task, long at) {}

  private final AtomicLong now = new AtomicLong();
  private final List<Due> tasks = new ArrayList<>();
  private final StalledBodies stalled =
      new StalledBodies(
          (task, nanos) -> tasks.add(new Due(task, now.get() + nanos)), now::get, 1000);
  private final List<String> gone = new ArrayList<>();

  private StalledBodies.Holder holder(String name) {
    return () -> gone.add(name);
  }

  private void later() {
    now.addAndGet(StalledBodies.PATIENCE.toNanos());
  }

  private void run() {
    List<Due> due = tasks.stream().filter(task -> task.at <= now.get()).toList();
    tasks.removeAll(due);
    due.forEach(next -> next.task.run());
  }

  @Test
  void leavesAllOfThemAsLongAsThereIsMemory() {
    stalled.add(holder("a"), 250);
    later();
    stalled.add(holder("b"), 250);
    run();

    assertThat(gone).isEmpty();
  }

  @Test
  void endsTheOneThatHasWaitedLongest() {
    stalled.add(holder("a"), 250);
    stalled.add(holder("b"), 250);
    later();
    stalled.add(holder("c"), 200);
    run();

    assertThat(gone).containsExactly("a");
  }

  @Test
  void comesBackToThoseItIsPatientWith() {
    stalled.add(holder("a"), 250);
    stalled.add(holder("b"), 400);
    run();
    assertThat(gone).isEmpty();
    later();
    run();

    assertThat(gone).containsExactly("a");
    assertThat(tasks).isEmpty();
  }

  @Test
  void isPatientWithWhoTakesSomethingNowAndThen() {
    StalledBodies.Holder slow = holder("slow");
    stalled.add(slow, 250);
    stalled.add(holder("dead"), 250);
    later();
    stalled.remove(slow);
    stalled.add(slow, 250);
    stalled.add(holder("c"), 200);
    run();

    assertThat(gone).containsExactly("dead");
  }

  @Test
  void waitsForNobodyWhenMemoryWouldRunOut() {
    for (int i = 0; i < 7; i++) {
      stalled.add(holder("client " + i), 100);
      run();
    }
    assertThat(gone).isEmpty();

    stalled.add(holder("client 7"), 100);
    run();

    assertThat(gone).containsExactly("client 0");
  }

  @Test
  void countsNothingForWhoIsGone() {
    StalledBodies.Holder left = holder("left");
    stalled.add(left, 500);
    stalled.remove(left);
    stalled.remove(left);
    later();
    stalled.add(holder("b"), 500);
    run();

    assertThat(gone).isEmpty();
  }

  @Test
  void knowsTheMemoryOfThisJvm() {
    assertThat(Resources.ofThisProcess().memory())
        .isPositive()
        .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory());
  }
}
