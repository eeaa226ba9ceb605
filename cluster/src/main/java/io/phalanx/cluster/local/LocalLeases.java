package io.phalanx.cluster.local;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.cluster.lease.LeaseWorker;
import io.phalanx.cluster.lease.Leases;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Leases of a node on its own: the first that asks has it until it gives it back. */
final class LocalLeases implements Leases, AutoCloseable {
  private static final Duration CHECK = Duration.ofMillis(200);

  private final String self;
  private final Map<String, Lease> held = new ConcurrentHashMap<>();
  private final AtomicLong epochs = new AtomicLong();
  private final List<LocalCandidacy> candidacies = new CopyOnWriteArrayList<>();

  LocalLeases(String self) {
    this.self = self;
  }

  @Override
  public Candidacy compete(String name, LeaseTask task) {
    var candidacy = new LocalCandidacy(name, new LeaseWorker(task));
    candidacies.add(candidacy);
    return candidacy;
  }

  @Override
  public Optional<Lease> holder(String name) {
    return Optional.ofNullable(held.get(name));
  }

  @Override
  public void close() {
    candidacies.forEach(LocalCandidacy::close);
  }

  private final class LocalCandidacy implements Candidacy {
    private final String name;
    private final LeaseWorker worker;
    private final Thread thread;
    private Optional<Lease> own = Optional.empty();

    LocalCandidacy(String name, LeaseWorker worker) {
      this.name = name;
      this.worker = worker;
      this.thread = Thread.ofVirtual().name("candidate-" + name).start(this::run);
    }

    private void run() {
      try {
        while (true) {
          if (own.isEmpty()) {
            var wanted = new Lease(name, self, epochs.incrementAndGet());
            own = held.putIfAbsent(name, wanted) == null ? Optional.of(wanted) : Optional.empty();
          }
          worker.hold(own);
          Thread.sleep(CHECK);
        }
      } catch (InterruptedException _) {
        // Closed.
      }
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        thread.join();
        worker.end();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      candidacies.remove(this);
      own.ifPresent(lease -> held.remove(name, lease));
    }
  }
}
