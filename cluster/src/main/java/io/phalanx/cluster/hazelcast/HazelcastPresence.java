package io.phalanx.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import io.phalanx.cluster.ledger.KnownMember;
import io.phalanx.cluster.ledger.LedgerKeeper;
import io.phalanx.cluster.ledger.Vote;
import io.phalanx.cluster.side.Answer;
import io.phalanx.cluster.side.Presence;
import io.phalanx.cluster.side.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the members of the cluster ask each other, twice a second and after each change, and knows
 * which side of the fleet this one is on.
 */
final class HazelcastPresence implements AutoCloseable {
  /** Where a member keeps this for those who ask, and for the commands that it runs. */
  static final String CONTEXT = "phalanx.presence";

  private static final String EXECUTOR = "phalanx-presence";
  private static final int THREADS = 2;
  private static final int MAX_CALLS = 1000;
  private static final byte[] NOTHING = {};

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastPresence.class);

  /** After a loss, how soon those who had not noticed it yet are asked again. */
  private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(25);

  private final LedgerKeeper keeper;
  private final Presence presence = new Presence();
  private final Semaphore changed = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private volatile Seen seen = new Seen(List.of(), Optional.empty());

  /** What the side was made of. */
  private record Seen(List<UUID> members, Optional<Vote> ledger) {}

  HazelcastPresence(LedgerKeeper keeper) {
    this.keeper = keeper;
    if (keeper.chosen().isEmpty()) {
      presence.neverBefore();
    }
  }

  /** Before the instance starts: others may ask as soon as it is a member. */
  void configure(Config config) {
    config.getUserContext().put(CONTEXT, this);
    config.addExecutorConfig(
        new ExecutorConfig(EXECUTOR).setPoolSize(THREADS).setQueueCapacity(MAX_CALLS));
  }

  void start(HazelcastInstance instance) {
    instance.getLifecycleService().addLifecycleListener(event -> note(event.getState()));
    instance.getCluster().addMembershipListener(new MemberChanges(changed::release));
    threads.add(Thread.ofVirtual().name("presence").start(() -> askOthers(instance)));
    threads.add(Thread.ofVirtual().name("backups").start(() -> watchBackups(instance)));
  }

  private void note(LifecycleEvent.LifecycleState state) {
    switch (state) {
      case MERGING -> presence.merging(true);
      case MERGED, MERGE_FAILED -> presence.merging(false);
      case STARTING,
          STARTED,
          SHUTTING_DOWN,
          SHUTDOWN,
          CLIENT_CONNECTED,
          CLIENT_DISCONNECTED,
          CLIENT_CHANGED_CLUSTER -> {}
    }
  }

  static long number(UUID member) {
    return member.getMostSignificantBits();
  }

  /** The side that this member is on, by the members that its cluster has at this moment. */
  Side side(HazelcastInstance instance) {
    Set<Member> members = instance.getCluster().getMembers();
    Optional<Vote> ledger = keeper.chosen();
    Seen last = seen;
    if (!same(last, members, ledger)) {
      look(instance, members, ledger);
    }
    return presence.side();
  }

  private static boolean same(Seen last, Set<Member> members, Optional<Vote> ledger) {
    if (members.size() != last.members.size() || !ledger.equals(last.ledger)) {
      return false;
    }
    int i = 0;
    for (Member member : members) {
      if (!member.getUuid().equals(last.members.get(i++))) {
        return false;
      }
    }
    return true;
  }

  private synchronized void look(
      HazelcastInstance instance, Set<Member> members, Optional<Vote> ledger) {
    var belonging = new HashSet<String>();
    ledger.ifPresent(
        vote -> vote.ledger().members().stream().map(KnownMember::id).forEach(belonging::add));
    Map<Long, Boolean> view = new HashMap<>();
    for (Member member : members) {
      @Nullable String id = member.getAttribute(HazelcastFleet.ID_ATTRIBUTE);
      view.put(number(member.getUuid()), id != null && belonging.contains(id));
    }
    presence.see(
        number(instance.getCluster().getLocalMember().getUuid()),
        view,
        belonging.size(),
        System.nanoTime());
    seen = new Seen(members.stream().map(Member::getUuid).toList(), ledger);
  }

  private void askOthers(HazelcastInstance instance) {
    try {
      while (true) {
        changed.drainPermits();
        Side side = side(instance);
        presence.tick(System.nanoTime());
        askAll(instance);
        boolean quiet = side.isSettled() && !presence.hasTellers();
        long pause = quiet ? Presence.PAUSE.toNanos() : AGAIN;
        var _ = changed.tryAcquire(pause, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException | HazelcastInstanceNotActiveException _) {
      // Closed.
    }
  }

  private void askAll(HazelcastInstance instance) {
    for (Member member : instance.getCluster().getMembers()) {
      if (!member.localMember()) {
        ask(instance, member);
      }
    }
  }

  private void ask(HazelcastInstance instance, Member member) {
    long asked = System.nanoTime();
    long self = number(instance.getCluster().getLocalMember().getUuid());
    try {
      instance
          .getExecutorService(EXECUTOR)
          .submitToMember(
              new Question(self),
              member,
              new ExecutionCallback<>() {
                @Override
                public void onResponse(byte[] answer) {
                  if (answer.length > 0) {
                    presence.answered(
                        number(member.getUuid()), asked, Answer.of(answer), System.nanoTime());
                  }
                }

                @Override
                public void onFailure(Throwable failure) {
                  LOG.debug("{} does not answer: {}", member.getAddress(), failure.toString());
                }
              });
    } catch (RejectedExecutionException | HazelcastException | IllegalStateException e) {
      LOG.debug("{} cannot be asked: {}", member.getAddress(), e.toString());
    }
  }

  /** After each change of members, until everything has its backup again. */
  private void watchBackups(HazelcastInstance instance) {
    try {
      while (true) {
        if (presence.isUnsafe()) {
          lookForBackups(instance);
        }
        TimeUnit.NANOSECONDS.sleep(Presence.PAUSE.toNanos());
      }
    } catch (InterruptedException | IllegalStateException _) {
      // Closed.
    }
  }

  private void lookForBackups(HazelcastInstance instance) {
    long changes = presence.changes();
    try {
      if (instance.getPartitionService().isClusterSafe()) {
        presence.safe(changes, System.nanoTime());
      }
    } catch (HazelcastException e) {
      LOG.debug("nobody knows yet whether everything has its backup: {}", e.toString());
    }
  }

  /** A member ends by itself and counts nothing any more. */
  void farewell(UUID member) {
    presence.farewell(number(member));
  }

  /** Whether this member has to tell the others what it remembers. */
  boolean hasToTell() {
    return presence.hasToTell();
  }

  /** What {@link #told} is to be told with. */
  long toTell() {
    return presence.toTell();
  }

  /** All that this member remembers was told, after so many times. */
  void told(long times) {
    presence.told(times, System.nanoTime());
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private byte[] answer(HazelcastInstance instance, long by) {
    var _ = side(instance);
    return presence.asked(by, System.nanoTime()).map(Answer::bytes).orElse(NOTHING);
  }

  /** A question on its way to another member. */
  static final class Question extends MemberTask<byte[]> {
    static final int TYPE = 5;

    private static final long serialVersionUID = 1;

    private long by;

    Question() {
      this(0);
    }

    private Question(long by) {
      this.by = by;
    }

    @Override
    public byte[] call() {
      return kept(CONTEXT, HazelcastPresence.class).answer(instance(), by);
    }

    @Override
    public int getClassId() {
      return TYPE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeLong(by);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      by = in.readLong();
    }
  }
}
