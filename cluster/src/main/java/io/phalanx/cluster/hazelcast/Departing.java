package io.phalanx.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members that have said that they are about to stop. One that stops hands its share of the state
 * over first, and answers nobody meanwhile: who waits for it would wait for a second or more.
 */
final class Departing {
  private static final Logger LOG = LoggerFactory.getLogger(Departing.class);
  private static final String KEY = "phalanx.departing";
  private static final Duration LIMIT = Duration.ofMillis(250);

  private final HazelcastInstance instance;
  private final Consumer<UUID> listener;
  private final Set<UUID> members = ConcurrentHashMap.newKeySet();

  private Departing(HazelcastInstance instance, Consumer<UUID> listener) {
    this.instance = instance;
    this.listener = listener;
  }

  /**
   * Hears the others from now on.
   *
   * @param listener is told who is about to stop
   */
  static Departing of(HazelcastInstance instance, Consumer<UUID> listener) {
    var departing = new Departing(instance, listener);
    instance.getUserContext().put(KEY, departing);
    return departing;
  }

  boolean contains(Member member) {
    return members.contains(member.getUuid());
  }

  /** Tells the others that this one is about to stop, and waits a moment until they have heard. */
  void tell() throws InterruptedException {
    var notice = new Notice(instance.getCluster().getLocalMember().getUuid());
    try {
      long end = System.nanoTime() + LIMIT.toNanos();
      for (var heard :
          instance
              .getExecutorService(Joining.CALLS)
              .submitToMembers(notice, member -> !member.localMember())
              .values()) {
        heard.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("not all members have heard that this one stops", e);
    }
  }

  private void heard(UUID member) {
    // Those who are gone need not be known any more.
    members.removeIf(
        known ->
            instance.getCluster().getMembers().stream()
                .noneMatch(present -> present.getUuid().equals(known)));
    members.add(member);
    listener.accept(member);
  }

  /** What is told. */
  static final class Notice extends MemberTask<Boolean> {
    static final int TYPE = 4;

    private static final long serialVersionUID = 1;

    private UUID member;

    Notice() {
      this(new UUID(0, 0));
    }

    private Notice(UUID member) {
      this.member = member;
    }

    @Override
    public Boolean call() {
      kept(KEY, Departing.class).heard(member);
      return true;
    }

    @Override
    public int getClassId() {
      return TYPE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeLong(member.getMostSignificantBits());
      out.writeLong(member.getLeastSignificantBits());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      member = new UUID(in.readLong(), in.readLong());
    }
  }
}
