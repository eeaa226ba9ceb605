package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.SeatKeeper;
import io.phalanx.cluster.session.Seating;
import io.phalanx.cluster.session.SessionFormat;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Sessions whose seats are in a map. Each bid is one command that runs where the seat is. */
final class HazelcastSessions implements SeatKeeper {
  /** A bid is made again for so long; that it is done twice does no harm. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final IMap<String, byte[]> seats;

  HazelcastSessions(HazelcastInstance instance) {
    this.seats = instance.getMap(Joining.SESSION_MAP);
  }

  @Override
  public CompletionStage<Seating> bid(String key, Bid bid) {
    byte[] wish = SessionFormat.bytes(bid);
    return Answers.repeated(
            () -> seats.submitToKey(key, new CommandProcessor(Command.BID, wish)), PATIENCE)
        .thenApply(SessionFormat::seating);
  }
}
