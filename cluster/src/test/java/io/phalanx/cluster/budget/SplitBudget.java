package io.phalanx.cluster.budget;

import io.phalanx.cluster.side.SplitFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A fleet that dies, freezes and is split while it shares a budget. */
final class SplitBudget extends SplitFleet {
  private static final Duration TERM = Duration.ofSeconds(2);
  private static final long END = 40 * SECOND;

  /** How often a draw is done again for which the fleet was not ready. */
  private static final int TIMES = 20;

  private final Limit limit;

  /** When each was admitted. */
  final List<Long> admissions = new ArrayList<>();

  private long numbers;

  SplitBudget(Random random, Limit limit, int size) {
    super(random, size, END);
    this.limit = limit;
  }

  @Override
  protected void come(Member member) {
    take(member, TIMES);
  }

  private void take(Member member, int times) {
    if (times == 0) {
      return;
    }
    var draw =
        new Draw("m" + member.id, ++numbers, 0, 1 + random.nextInt(3), Duration.ZERO, 0, TERM);
    member.ask((state, keeper) -> draw(draw, state, keeper), () -> take(member, times - 1));
  }

  private Done draw(Draw draw, byte @Nullable [] state, Member keeper) {
    String name = "k" + keeper.id;
    Bucket bucket =
        state == null
            ? Bucket.unknown(limit, name, keeper.presence.side(), keeper.clock())
            : BucketFormat.bucket(state);
    Drawn drawn = bucket.draw(draw, name, keeper.presence.side(), keeper.clock());
    long decided = now;
    return new Done(
        BucketFormat.bytes(bucket), () -> drawn.delays().forEach(_ -> admissions.add(decided)));
  }

  /** What is known in the cluster that a member came to stays. */
  @Override
  protected byte[] merged(byte @Nullable [] ours, byte[] theirs) {
    return ours == null ? theirs : ours;
  }
}
