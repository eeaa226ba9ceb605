package io.phalanx.cluster.hazelcast;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.server.ServerConnection;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections between members whose other side has not shown the fleet key yet: how many there may
 * be and for how long. Anyone who reaches the member port can open one, so beyond the bound the
 * oldest is closed for the newest: a real handshake is done in milliseconds, and refusing the
 * newest would let whoever fills the bound keep members out.
 */
final class Handshakes {
  private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);
  private static final int MAX_PENDING = 64;
  private static final int MOST_NAMED = 10;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration CHECK = Duration.ofMillis(500);

  private final int maxPending;
  private final Duration limit;
  private final LongSupplier nanoTime;
  private final Executor nextCheck;

  /** When each began, oldest first. Guarded by this. */
  private final Map<Closeable, Long> pending = new LinkedHashMap<>();

  /** Closed since the last check. Guarded by this. */
  private int closed;

  /** Named in the log since the last check. Guarded by this. */
  private int named;

  /** Guarded by this. */
  private boolean checkIsDue;

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param nextCheck runs what it is given after a while
   */
  Handshakes(int maxPending, Duration limit, LongSupplier nanoTime, Executor nextCheck) {
    this.maxPending = maxPending;
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.nextCheck = nextCheck;
  }

  static Handshakes bounded() {
    return new Handshakes(
        MAX_PENDING,
        LIMIT,
        System::nanoTime,
        CompletableFuture.delayedExecutor(
            CHECK.toNanos(),
            TimeUnit.NANOSECONDS,
            Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("member-handshakes").factory())));
  }

  /** Counts a connection until {@link #ended}. */
  void begun(Closeable connection) {
    List<Closeable> surplus = new ArrayList<>();
    synchronized (this) {
      Iterator<Closeable> oldest = pending.keySet().iterator();
      while (pending.size() >= maxPending) {
        surplus.add(oldest.next());
        oldest.remove();
      }
      closed += surplus.size();
      pending.put(connection, nanoTime.getAsLong());
      scheduleCheck();
    }
    surplus.forEach(Handshakes::close);
  }

  /** The other side has shown its certificate, or the connection was closed. */
  synchronized void ended(Closeable connection) {
    pending.remove(connection);
  }

  /**
   * The other side did not prove itself, and its connection is about to be closed. Some are named
   * in the log, beyond that they are counted.
   */
  void refused(Object from, String reason) {
    synchronized (this) {
      named++;
      if (named > MOST_NAMED) {
        closed++;
      }
      scheduleCheck();
      if (named > MOST_NAMED) {
        return;
      }
    }
    LOG.warn(
        "closed a connection between members, with {}, which did not show the fleet key: {}",
        from,
        reason);
  }

  synchronized int pending() {
    return pending.size();
  }

  private synchronized void scheduleCheck() {
    if (!checkIsDue && (closed > 0 || named > 0 || !pending.isEmpty())) {
      checkIsDue = true;
      nextCheck.execute(this::closeLate);
    }
  }

  private void closeLate() {
    List<Closeable> late = new ArrayList<>();
    int all;
    synchronized (this) {
      checkIsDue = false;
      long now = nanoTime.getAsLong();
      Iterator<Map.Entry<Closeable, Long>> oldest = pending.entrySet().iterator();
      while (oldest.hasNext()) {
        Map.Entry<Closeable, Long> connection = oldest.next();
        if (now - connection.getValue() < limit.toNanos()) {
          break;
        }
        late.add(connection.getKey());
        oldest.remove();
      }
      all = closed + late.size();
      closed = 0;
      named = 0;
      scheduleCheck();
    }
    late.forEach(Handshakes::close);
    if (all > 0) {
      LOG.warn(
          "closed {} connections to or from the member port that did not show the fleet key, or not"
              + " within {} s, or while {} others were tried",
          all,
          limit.toSeconds(),
          maxPending);
    }
  }

  private static void close(Closeable connection) {
    // Hazelcast's connection, where there is one, takes its channel and its own books along.
    if (connection instanceof Channel channel
        && channel.attributeMap().get(ServerConnection.class) instanceof ServerConnection whole) {
      whole.close("its TLS handshake was not done in time", null);
      return;
    }
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("a connection of the member port could not be closed: {}", e.getMessage());
    }
  }
}
