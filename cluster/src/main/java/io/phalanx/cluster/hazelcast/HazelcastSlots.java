package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Claim;
import io.phalanx.cluster.slot.ClaimedSlots;
import io.phalanx.cluster.slot.Entry;
import io.phalanx.cluster.slot.RoomFormat;
import io.phalanx.cluster.slot.RoomFormat.Wish;
import io.phalanx.cluster.slot.RoomKeeper;
import io.phalanx.cluster.slot.Slots;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Slots whose rooms are in a map. Each claim is one command that runs where the room is. */
final class HazelcastSlots implements Slots, RoomKeeper {
  /** A claim is asked for again for so long; that it is done twice does no harm. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final IMap<String, byte[]> rooms;
  private final ClaimedSlots claimed;

  HazelcastSlots(HazelcastInstance instance) {
    this.rooms = instance.getMap(Joining.SLOT_MAP);
    this.claimed =
        new ClaimedSlots(
            this,
            () -> instance.getCluster().getLocalMember().getUuid().toString(),
            System::nanoTime);
  }

  @Override
  public CompletionStage<Long> claim(String key, long amount, Counted counted, Claim claim) {
    byte[] wish = RoomFormat.bytes(new Wish(amount, counted, claim));
    return Answers.repeated(
            () -> rooms.submitToKey(key, new CommandProcessor(Command.CLAIM, wish)), PATIENCE)
        .thenApply(RoomFormat::slots);
  }

  @Override
  public CompletionStage<Entry> enter(String key, long amount, Counted counted, Duration patience) {
    return claimed.enter(key, amount, counted, patience);
  }

  @Override
  public Entry enterAnyway(String key, long amount, Counted counted, long most) {
    return claimed.enterAnyway(key, amount, counted, most);
  }

  /** To be called some times a second. */
  void tidy(Duration patience) {
    claimed.tidy(patience);
  }
}
