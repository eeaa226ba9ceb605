package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.SeatKeeper;
import io.phalanx.cluster.session.Seating;
import io.phalanx.cluster.session.SessionFormat;
import java.util.concurrent.CompletionStage;

/** Sessions whose seats are in a map. Each bid is one command that runs where the seat is. */
final class HazelcastSessions implements SeatKeeper {
  private final IMap<String, byte[]> seats;

  HazelcastSessions(HazelcastInstance instance) {
    this.seats = instance.getMap(Joining.SESSION_MAP);
  }

  @Override
  public CompletionStage<Seating> bid(String key, Bid bid) {
    return seats
        .submitToKey(key, new CommandProcessor(Command.BID, SessionFormat.bytes(bid)))
        .thenApply(SessionFormat::seating);
  }
}
