package io.phalanx.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.cluster.lease.LeaseWorker;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.ledger.Membership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases in a map: holder and epoch by name. A lease whose holder is no member any more is free for
 * whoever first replaces it with the next epoch. Nobody holds one where a majority of the known
 * members is not, nor a member whose disk takes nothing.
 */
final class HazelcastLeases implements Leases, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastLeases.class);
  private static final Duration CHECK = Duration.ofMillis(250);
  private static final String FORMAT = "phalanx-lease/1";

  /** The holder of a lease that was given back. */
  private static final String NOBODY = "-";

  private final HazelcastInstance instance;
  private final IMap<String, String> map;
  private final Membership membership;

  /**
   * The latest epochs seen here: should the map lose a lease, the next epoch is still a later one.
   */
  private final Map<String, Long> epochs = new ConcurrentHashMap<>();

  private final List<HazelcastCandidacy> candidacies = new CopyOnWriteArrayList<>();

  /** Of the candidacies of this member, by lease: the one that may have it. */
  private final Map<String, HazelcastCandidacy> turns = new ConcurrentHashMap<>();

  /**
   * @param membership says whether this side of a split may have leases, and which epochs were
   */
  HazelcastLeases(HazelcastInstance instance, Membership membership) {
    this.instance = instance;
    this.membership = membership;
    this.map = instance.getMap(Joining.LEASE_MAP);
    EntryUpdatedListener<String, String> changed =
        _ -> candidacies.forEach(HazelcastCandidacy::hint);
    map.addEntryListener(changed, false);
    instance
        .getCluster()
        .addMembershipListener(
            new MembershipListener() {
              @Override
              public void memberAdded(MembershipEvent event) {
                // Takes nothing away from anyone.
              }

              @Override
              public void memberRemoved(MembershipEvent event) {
                candidacies.forEach(HazelcastCandidacy::hint);
              }
            });
  }

  private static String encode(Lease lease) {
    return FORMAT + ' ' + lease.epoch() + ' ' + lease.holder();
  }

  private static Lease decode(String name, String text) {
    String[] parts = text.split(" ");
    if (parts.length != 3 || !parts[0].equals(FORMAT)) {
      throw new IllegalStateException(
          "a lease is in the format \"" + parts[0] + "\", this release knows " + FORMAT);
    }
    return new Lease(name, parts[2], Long.parseLong(parts[1]));
  }

  /** Asked each time: a member has another id once its side of a split has joined the other. */
  private String self() {
    return instance.getCluster().getLocalMember().getUuid().toString();
  }

  private boolean isMember(String id) {
    for (Member member : instance.getCluster().getMembers()) {
      if (member.getUuid().toString().equals(id)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Candidacy compete(String name, LeaseTask task) {
    var candidacy = new HazelcastCandidacy(name, new LeaseWorker(task));
    candidacies.add(candidacy);
    return candidacy;
  }

  @Override
  public Optional<Lease> holder(String name) {
    if (!membership.hasMajority()) {
      return Optional.empty();
    }
    return Optional.ofNullable(map.get(name))
        .map(text -> decode(name, text))
        .filter(lease -> isMember(lease.holder()));
  }

  @Override
  public void close() {
    candidacies.forEach(HazelcastCandidacy::close);
  }

  private final class HazelcastCandidacy implements Candidacy {
    private final String name;
    private final LeaseWorker worker;
    private final Semaphore hints = new Semaphore(0);
    private final Thread thread;

    HazelcastCandidacy(String name, LeaseWorker worker) {
      this.name = name;
      this.worker = worker;
      this.thread = Thread.ofVirtual().name("candidate-" + name).start(this::run);
    }

    private void run() {
      try {
        while (true) {
          worker.hold(own());
          if (!canAct()) {
            giveBack();
          }
          boolean _ = hints.tryAcquire(CHECK.toNanos(), TimeUnit.NANOSECONDS);
          hints.drainPermits();
        }
      } catch (InterruptedException _) {
        // Closed.
      }
    }

    /** The lease may be free: it need not be found out by looking every now and then. */
    void hint() {
      hints.release();
    }

    /**
     * The lease if this member has it, or just got it; empty also when the fleet does not answer,
     * or most of its members are not here, and while another candidacy of this member is before
     * this one: a lease is held by one task.
     */
    private Optional<Lease> own() {
      HazelcastCandidacy first = turns.putIfAbsent(name, this);
      if ((first != null && first != this) || !membership.hasMajority() || !canAct()) {
        return Optional.empty();
      }
      try {
        String known = map.get(name);
        Optional<Lease> current = Optional.ofNullable(known).map(text -> decode(name, text));
        current.ifPresent(lease -> epochs.merge(name, lease.epoch(), Math::max));
        if (current.isPresent() && isMember(current.get().holder())) {
          return current.filter(lease -> lease.holder().equals(self()));
        }
        long last = Math.max(epochs.getOrDefault(name, 0L), membership.epoch(name));
        var wanted = new Lease(name, self(), last + 1);
        boolean won =
            known == null
                ? map.putIfAbsent(name, encode(wanted)) == null
                : map.replace(name, known, encode(wanted));
        return won ? Optional.of(wanted) : Optional.empty();
      } catch (HazelcastException | IllegalStateException e) {
        LOG.debug("lease {} cannot be looked up now: {}", name, e.getMessage());
        return Optional.empty();
      }
    }

    /** Whoever cannot write what it does leaves it to a member that can. */
    private boolean canAct() {
      return membership.unwritten().isEmpty();
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        thread.join();
        worker.end();
        candidacies.remove(this);
        if (turns.get(name) == this) {
          giveBack();
          turns.remove(name, this);
          candidacies.stream().filter(one -> one.name.equals(name)).forEach(one -> one.hint());
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private void giveBack() {
      try {
        String known = map.get(name);
        if (known != null && decode(name, known).holder().equals(self())) {
          map.replace(name, known, encode(new Lease(name, NOBODY, decode(name, known).epoch())));
        }
      } catch (HazelcastException | IllegalStateException e) {
        LOG.debug("lease {} is left to its holder's end: {}", name, e.getMessage());
      }
    }
  }
}
