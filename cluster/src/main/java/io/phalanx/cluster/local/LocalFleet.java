package io.phalanx.cluster.local;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.Member;
import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.report.Reports;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.session.SessionTable;
import io.phalanx.cluster.slot.Slots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node on its own: the promises of the ports, without a cluster. */
public final class LocalFleet implements Fleet {
  private static final String ALONE = "this node is in no fleet";
  private static final String QUOTAS = "quotas";
  private static final String DOCUMENTS = "documents";
  private static final Member SELF = new Member("local", "local");
  private static final Belonging BELONGING = new Belonging(SELF.id(), SELF.name(), true, true);

  private final LocalRevisions revisions;
  private final LocalLeases leases = new LocalLeases(SELF.id());
  private final Budgets budgets;
  private final Slots slots = new LocalSlots();
  private final SessionTable sessions = new LocalSessions(System::nanoTime);
  private final Reports reports = new LocalReports(BELONGING);
  private final Path keyFile;
  private final InstantSource clock;
  private @Nullable LocalQuotas quotas;
  private @Nullable LocalDocuments documents;
  private final Breakers breakers = new LocalBreakers(System::nanoTime);

  private LocalFleet(InstantSource clock, Path keyFile) {
    this.keyFile = keyFile;
    this.clock = clock;
    this.revisions = new LocalRevisions(clock);
    this.budgets = new LocalBudgets(System::nanoTime);
  }

  /**
   * @param keyFile where this node keeps what it signs with; made on first use, as is a directory
   *     beside it for what it counts
   */
  public static LocalFleet start(InstantSource clock, Path keyFile) {
    return new LocalFleet(clock, keyFile);
  }

  @Override
  public Member self() {
    return SELF;
  }

  @Override
  public List<Member> members() {
    return List.of(SELF);
  }

  @Override
  public void onMembers(Consumer<List<Member>> listener) {
    listener.accept(members());
  }

  @Override
  public List<Belonging> known() {
    return List.of(BELONGING);
  }

  @Override
  public Optional<String> forget(String name) {
    return Optional.of(ALONE);
  }

  @Override
  public Optional<String> leave() {
    return Optional.of(ALONE);
  }

  @Override
  public Revisions revisions() {
    return revisions;
  }

  @Override
  public synchronized Documents documents() throws IOException {
    if (documents == null) {
      documents =
          LocalDocuments.open(
              keyFile.resolveSibling(DOCUMENTS),
              Sealing.of(List.of(FleetKey.keptIn(keyFile)), "document"));
    }
    return documents;
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public Budgets budgets() {
    return budgets;
  }

  @Override
  public Slots slots() {
    return slots;
  }

  @Override
  public synchronized Quotas quotas() throws IOException {
    if (quotas == null) {
      quotas = LocalQuotas.open(keyFile.resolveSibling(QUOTAS), clock);
    }
    return quotas;
  }

  @Override
  public Quotas nodeQuotas() throws IOException {
    return quotas();
  }

  @Override
  public SessionTable sessions() {
    return sessions;
  }

  @Override
  public Signing signing(String purpose) throws IOException {
    return Signing.of(List.of(FleetKey.keptIn(keyFile)), purpose);
  }

  @Override
  public Breakers breakers() {
    return breakers;
  }

  @Override
  public Reports reports() {
    return reports;
  }

  @Override
  public List<FleetKey> keys() {
    return List.of();
  }

  @Override
  public void rekey(List<FleetKey> keys) {
    throw new IllegalArgumentException(ALONE);
  }

  @Override
  public synchronized void close() {
    leases.close();
    revisions.close();
    if (quotas != null) {
      quotas.close();
    }
    if (documents != null) {
      documents.close();
    }
  }
}
