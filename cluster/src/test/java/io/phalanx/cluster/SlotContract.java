package io.phalanx.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every fleet promises of its slots. */
abstract class SlotContract {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private Fleets fleets;

  protected abstract Fleets start() throws Exception;

  @BeforeEach
  void startFleet() throws Exception {
    fleets = start();
  }

  @AfterEach
  void endFleet() {
    fleets.close();
  }

  protected final Fleet any(int i) {
    return fleets.all().get(i % fleets.all().size());
  }

  final Fleet survivor() {
    return fleets.all().getLast();
  }

  final List<Fleet> all() {
    return fleets.all();
  }

  protected final void kill(int member) {
    fleets.kill(member);
  }

  @Test
  void letsNoMoreInThanTheAmountWhoeverAsks() throws Exception {
    var entries = new ArrayList<Future<Entry>>();
    for (int i = 0; i < 1000; i++) {
      entries.add(
          any(i).slots().enter("key", 10, Counted.BY_SHARES, PATIENCE).toCompletableFuture());
    }
    long inside = 0;
    for (Future<Entry> entry : entries) {
      Entry outcome = entry.get();
      inside += outcome instanceof Entry.Entered ? 1 : 0;
      assertThat(outcome).isNotInstanceOf(Entry.Unavailable.class);
    }
    assertThat(inside).isEqualTo(10);
  }

  @Test
  void letsTheNextOneInWhenSomebodyLeft() throws Exception {
    Entry first =
        any(0).slots().enter("key", 1, Counted.BY_SHARES, PATIENCE).toCompletableFuture().get();
    assertThat(first).isInstanceOf(Entry.Entered.class);
    assertThat(
            any(1).slots().enter("key", 1, Counted.BY_SHARES, PATIENCE).toCompletableFuture().get())
        .isInstanceOf(Entry.Full.class);
    assertThat(
            any(1)
                .slots()
                .enter("other", 1, Counted.BY_SHARES, PATIENCE)
                .toCompletableFuture()
                .get())
        .isInstanceOf(Entry.Entered.class);
    Runnable leave = ((Entry.Entered) first).leave();
    leave.run();
    leave.run();

    Eventually.holds(
        "a free slot",
        () ->
            any(1).slots().enter("key", 1, Counted.BY_SHARES, PATIENCE).toCompletableFuture().join()
                instanceof Entry.Entered);
    assertThat(
            any(0).slots().enter("key", 1, Counted.BY_SHARES, PATIENCE).toCompletableFuture().get())
        .isInstanceOf(Entry.Full.class);
  }

  @Test
  void keepsWhoeverIsInsideInsideWhenAnotherMemberDies() throws Exception {
    assertThat(
            survivor()
                .slots()
                .enter("key", 1, Counted.BY_SHARES, PATIENCE)
                .toCompletableFuture()
                .get())
        .isInstanceOf(Entry.Entered.class);
    kill(0);

    assertThat(
            survivor()
                .slots()
                .enter("key", 1, Counted.BY_SHARES, PATIENCE)
                .toCompletableFuture()
                .get())
        .isInstanceOf(Entry.Full.class);
  }

  /** For fleets of several: nobody's slots are lost with it. */
  protected final void givesTheSlotsOfTheDeadToOthers() throws Exception {
    assertThat(
            any(0).slots().enter("key", 1, Counted.BY_SHARES, PATIENCE).toCompletableFuture().get())
        .isInstanceOf(Entry.Entered.class);
    kill(0);

    assertThat(
            survivor()
                .slots()
                .enter("key", 1, Counted.BY_SHARES, PATIENCE)
                .toCompletableFuture()
                .get())
        .isInstanceOf(Entry.Full.class);
    Eventually.holds(
        "the slot of the dead",
        () ->
            survivor()
                    .slots()
                    .enter("key", 1, Counted.BY_SHARES, PATIENCE)
                    .toCompletableFuture()
                    .join()
                instanceof Entry.Entered);
  }
}
