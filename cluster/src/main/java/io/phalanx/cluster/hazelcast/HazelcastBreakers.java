package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.phalanx.cluster.breaker.BreakerFormat;
import io.phalanx.cluster.breaker.BreakerKeeper;
import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.breaker.Circuit;
import io.phalanx.cluster.breaker.Measure;
import io.phalanx.cluster.breaker.Message;
import io.phalanx.cluster.breaker.Motion;
import io.phalanx.cluster.breaker.Reply;
import io.phalanx.cluster.breaker.SharedBreakers;
import io.phalanx.cluster.breaker.Standing;
import io.phalanx.cluster.breaker.Subject;
import io.phalanx.cluster.breaker.Tally;
import io.phalanx.cluster.breaker.Terms;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breakers in a map, which holds only those with which something is the matter. Each message is one
 * command that runs where the breaker is; members are told by the map's events, which may be lost
 * when a member dies or joins; so each also looks by itself every few seconds.
 */
final class HazelcastBreakers implements Breakers, BreakerKeeper, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastBreakers.class);
  private static final Duration CHECK = Duration.ofSeconds(2);

  private static final int WARM_UP_KEYS = 20;
  private static final List<Message> WARM_UP =
      List.of(
          new Message.Report(new Tally(1, 0, false), 2),
          new Message.Vote(1, new Tally(1, 0, false)),
          new Message.Decide(1),
          new Message.Look());

  private final IMap<String, byte[]> map;
  private final SharedBreakers shared;
  private final Thread checking;

  HazelcastBreakers(HazelcastInstance instance) {
    this.map = instance.getMap(Joining.BREAKER_MAP);
    this.shared =
        new SharedBreakers(
            this,
            () -> instance.getCluster().getLocalMember().getUuid().toString(),
            () -> instance.getCluster().getMembers().size(),
            System::nanoTime,
            HazelcastBreakers::later);
    EntryAddedListener<String, byte[]> added = this::seen;
    EntryUpdatedListener<String, byte[]> updated = this::seen;
    map.addEntryListener(added, true);
    map.addEntryListener(updated, true);
    this.checking = Thread.ofVirtual().name("breaker-check").start(this::checkAll);
  }

  /**
   * The first messages load classes, here and where breakers are kept, which takes longer than all
   * members have to be told; so breakers that nobody has open and close here.
   */
  void warmUp() {
    try {
      for (Message message : WARM_UP) {
        var motion = new Motion("warm-up", Standing.NEW, 0, message);
        Calls.atOnce(WARM_UP_KEYS, i -> tell("warm-up " + i, motion)).join();
      }
    } catch (CompletionException e) {
      LOG.debug("breakers do not answer yet: {}", e.getMessage());
    }
  }

  private static void later(Duration delay, Runnable task) {
    CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(task);
  }

  private void seen(EntryEvent<String, byte[]> event) {
    try {
      shared.told(event.getKey(), BreakerFormat.breaker(event.getValue()).standing());
    } catch (IllegalStateException e) {
      LOG.debug("a breaker cannot be read: {}", e.getMessage());
    }
  }

  private void checkAll() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(CHECK.toNanos());
        try {
          map.keySet().forEach(shared::look);
        } catch (HazelcastException | IllegalStateException e) {
          LOG.debug("breakers cannot be looked up now: {}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  @Override
  public CompletionStage<Reply> tell(String key, Motion motion) {
    return map.submitToKey(key, new CommandProcessor(Command.TELL, BreakerFormat.bytes(motion)))
        .thenApply(BreakerFormat::reply);
  }

  @Override
  public Circuit circuit(Subject subject, Terms terms, Supplier<Measure> fresh) {
    return shared.circuit(subject, terms, fresh);
  }

  @Override
  public List<Circuit> circuits() {
    return shared.circuits();
  }

  /** To be called some times a second. */
  void tidy() {
    shared.repeat();
  }

  @Override
  public void close() {
    checking.interrupt();
  }
}
