package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
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
  public CompletionStage<Long> claim(String key, long amount, Claim claim) {
    byte[] wish = RoomFormat.bytes(new Wish(amount, claim));
    return rooms
        .submitToKey(key, new CommandProcessor(Command.CLAIM, wish))
        .thenApply(RoomFormat::slots);
  }

  @Override
  public CompletionStage<Entry> enter(String key, long amount, Duration patience) {
    return claimed.enter(key, amount, patience);
  }

  @Override
  public Entry enterAnyway(String key, long amount, long most) {
    return claimed.enterAnyway(key, amount, most);
  }

  /** To be called some times a second. */
  void tidy(Duration patience) {
    claimed.tidy(patience);
  }
}
