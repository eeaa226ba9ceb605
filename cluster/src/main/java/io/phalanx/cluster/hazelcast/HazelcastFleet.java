package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.Member;
import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.hazelcast.Joining.Joined;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.ledger.LedgerKeeper;
import io.phalanx.cluster.ledger.LedgerMember;
import io.phalanx.cluster.ledger.LedgerStore;
import io.phalanx.cluster.local.LocalQuotas;
import io.phalanx.cluster.quota.Quota;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.report.Reports;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.session.NearSessions;
import io.phalanx.cluster.session.SessionFormat;
import io.phalanx.cluster.session.SessionTable;
import io.phalanx.cluster.slot.Slots;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership in an embedded Hazelcast cluster whose members prove to each other that they have the
 * fleet key.
 */
public final class HazelcastFleet implements Fleet {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastFleet.class);

  /** Where a member tells its name to the others. */
  static final String NAME_ATTRIBUTE = "phalanx.name";

  /** Where it tells its id in the ledger. */
  static final String ID_ATTRIBUTE = "phalanx.id";

  /** In its directory: what this member drew from the fleet's quotas. */
  private static final String QUOTAS = "quotas";

  /** In its directory: what it counts for itself alone. */
  private static final String NODE_QUOTAS = "node-quotas";

  private static final Duration TIDY_PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final HazelcastInstance instance;
  private final MemberKeys keys;
  private final LedgerKeeper keeper;
  private final LedgerStore store;
  private final LedgerMember ledger;
  private final HazelcastPresence presence;
  private final HazelcastLeases leases;
  private final HazelcastBudgets budgets;
  private final HazelcastSlots slots;
  private final HazelcastQuotas quotas;
  private final LocalQuotas nodeQuotas;
  private final SessionTable sessions;
  private final HazelcastBreakers breakers;
  private final Departing departing;
  private final Rounds tidying;

  private HazelcastFleet(
      HazelcastInstance instance,
      MemberKeys keys,
      LedgerKeeper keeper,
      LedgerStore store,
      LedgerMember ledger,
      HazelcastPresence presence,
      Departing departing,
      HazelcastQuotas quotas,
      LocalQuotas nodeQuotas) {
    this.instance = instance;
    this.departing = departing;
    this.keys = keys;
    this.keeper = keeper;
    this.store = store;
    this.ledger = ledger;
    this.presence = presence;
    this.leases = new HazelcastLeases(instance, ledger.membership());
    this.budgets = new HazelcastBudgets(instance);
    this.budgets.warmUp();
    this.slots = new HazelcastSlots(instance);
    this.quotas = quotas;
    this.nodeQuotas = nodeQuotas;
    this.sessions = new NearSessions(new HazelcastSessions(instance), System::nanoTime);
    this.breakers = new HazelcastBreakers(instance);
    this.breakers.warmUp();
    this.tidying =
        new Rounds(
            "counts",
            Map.of(
                "tidying budgets", () -> budgets.tidy(PATIENCE),
                "tidying slots", () -> slots.tidy(PATIENCE),
                "tidying quotas", () -> quotas.tidy(PATIENCE),
                "tidying circuit breakers", breakers::tidy));
    tidying.start(TIDY_PAUSE);
  }

  /**
   * Joins the fleet, or starts it where the settings allow that. Waits: a node that may not start a
   * fleet, belongs to none by its disk and reaches no member keeps trying.
   *
   * @throws IOException if what must survive a restart cannot be kept, or the address to bind to is
   *     taken, or not this machine's
   * @throws IllegalStateException if this JVM was not started with what asynchronous calls need, or
   *     what was kept is damaged
   */
  public static HazelcastFleet start(FleetSettings settings, InstantSource clock)
      throws InterruptedException, IOException {
    return start(settings, clock, Joining.MAX_BUDGETS);
  }

  static HazelcastFleet start(FleetSettings settings, InstantSource clock, int maxBudgets)
      throws InterruptedException, IOException {
    LedgerStore store = LedgerStore.open(settings.directory());
    try {
      Joining.requireFreeAddress(settings.bind());
      return start(settings, clock, maxBudgets, store);
    } catch (InterruptedException | IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static HazelcastFleet start(
      FleetSettings settings, InstantSource clock, int maxBudgets, LedgerStore store)
      throws InterruptedException, IOException {
    var keeper = new LedgerKeeper(store, Sealing.of(settings.keys(), "revision"));
    keeper.sealAnew();
    var keys = new MemberKeys(settings.keys());
    var presence = new HazelcastPresence(keeper);
    Joined joined =
        Joining.join(
            settings,
            keys,
            maxBudgets,
            keeper,
            config -> {
              presence.configure(config);
              config.getUserContext().put(CommandProcessor.CLOCK, clock);
            });
    presence.start(joined.instance());
    try {
      Departing departing = Departing.of(joined.instance(), presence::farewell);
      LedgerMember ledger =
          LedgerMember.start(
              keeper,
              new HazelcastPeers(joined.instance(), departing),
              settings.advertise().toString(),
              joined.alone() && settings.bootstrap(),
              clock);
      return withQuotas(
          settings, keys, keeper, clock, store, joined.instance(), ledger, presence, departing);
    } catch (InterruptedException | IOException | RuntimeException e) {
      presence.close();
      joined.instance().getLifecycleService().terminate();
      throw e;
    }
  }

  private static HazelcastFleet withQuotas(
      FleetSettings settings,
      MemberKeys keys,
      LedgerKeeper keeper,
      InstantSource clock,
      LedgerStore store,
      HazelcastInstance instance,
      LedgerMember ledger,
      HazelcastPresence presence,
      Departing departing)
      throws InterruptedException, IOException {
    LocalQuotas nodeQuotas = LocalQuotas.open(settings.directory().resolve(NODE_QUOTAS), clock);
    try {
      HazelcastQuotas quotas =
          HazelcastQuotas.start(
              instance, settings.directory().resolve(QUOTAS), presence, keeper.self(), clock);
      return new HazelcastFleet(
          instance, keys, keeper, store, ledger, presence, departing, quotas, nodeQuotas);
    } catch (InterruptedException | IOException | RuntimeException e) {
      nodeQuotas.close();
      ledger.close();
      throw e;
    }
  }

  /** How many buckets this member keeps: its own and backups of others'. */
  long budgetsKept() {
    var stats = instance.getMap(Joining.BUDGET_MAP).getLocalMapStats();
    return stats.getOwnedEntryCount() + stats.getBackupEntryCount();
  }

  /** Where the fleet keeps a session, without asking for it; empty if nowhere. */
  String sessionKept(String key) {
    byte[] seat = instance.<String, byte[]>getMap(Joining.SESSION_MAP).get(key);
    return seat == null ? "" : SessionFormat.seat(seat).place();
  }

  /** How many of a quota count now, without asking for one more. */
  long quotaUsed(String key, Quota quota) {
    return quotas.used(key, quota);
  }

  @Override
  public Member self() {
    return member(instance.getCluster().getLocalMember());
  }

  static Member member(com.hazelcast.cluster.Member member) {
    String name = member.getAttribute(NAME_ATTRIBUTE);
    return new Member(
        member.getUuid().toString(), name == null ? member.getAddress().toString() : name);
  }

  @Override
  public List<Member> members() {
    return instance.getCluster().getMembers().stream().map(HazelcastFleet::member).toList();
  }

  @Override
  public void onMembers(Consumer<List<Member>> listener) {
    instance
        .getCluster()
        .addMembershipListener(new MemberChanges(() -> listener.accept(members())));
    listener.accept(members());
  }

  @Override
  public List<Belonging> known() {
    return ledger.membership().all();
  }

  @Override
  public Optional<String> unwritten() {
    return ledger.membership().unwritten();
  }

  @Override
  public Optional<String> forget(String name) throws InterruptedException {
    return ledger.membership().forget(name);
  }

  @Override
  public Optional<String> leave() throws InterruptedException {
    return ledger.membership().leave();
  }

  @Override
  public Revisions revisions() {
    return ledger.revisions();
  }

  @Override
  public Documents documents() {
    return ledger.documents();
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
  public Quotas quotas() {
    return quotas;
  }

  @Override
  public Quotas nodeQuotas() {
    return nodeQuotas;
  }

  @Override
  public SessionTable sessions() {
    return sessions;
  }

  @Override
  public Signing signing(String purpose) {
    return Signing.of(keys.all(), purpose);
  }

  @Override
  public List<FleetKey> keys() {
    return keys.all();
  }

  @Override
  public void rekey(List<FleetKey> now) throws IOException {
    if (now.stream().noneMatch(keys.all()::contains)) {
      throw new IllegalArgumentException(
          "none of these keys is known to this member by now; add the new one beside the old one"
              + " first");
    }
    keeper.rekey(now, keys.all());
    keys.replace(now);
  }

  @Override
  public Reports reports() {
    return ledger.reports();
  }

  @Override
  public Breakers breakers() {
    return breakers;
  }

  /** Ends this member at once, as a crash would: nothing is handed over. */
  void terminate() {
    tidying.close();
    breakers.close();
    presence.close();
    instance.getLifecycleService().terminate();
    leases.close();
    ledger.close();
    closeStores();
  }

  private void closeStores() {
    quotas.close();
    nodeQuotas.close();
    try {
      store.close();
    } catch (IOException e) {
      LOG.warn("what is kept of the fleet cannot be closed: {}", e.getMessage());
    }
  }

  private void tellOthers() {
    try {
      departing.tell();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    tidying.close();
    breakers.close();
    budgets.giveBack(PATIENCE);
    quotas.giveBack(PATIENCE);
    leases.close();
    ledger.close();
    tellOthers();
    instance.shutdown();
    presence.close();
    closeStores();
  }
}
