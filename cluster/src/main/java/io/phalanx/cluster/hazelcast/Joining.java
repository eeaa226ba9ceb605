package io.phalanx.cluster.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.NotJoinedException;
import io.phalanx.cluster.ledger.LedgerKeeper;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a member is configured, and how it gets into its fleet or starts it. */
final class Joining {
  static final String LEASE_MAP = "phalanx-leases";
  static final String BUDGET_MAP = "phalanx-budgets";
  static final String SLOT_MAP = "phalanx-slots";
  static final String BREAKER_MAP = "phalanx-breakers";
  static final String QUOTA_MAP = "phalanx-quotas";
  static final String SESSION_MAP = "phalanx-sessions";

  /** Where members answer each other. */
  static final String CALLS = "phalanx-calls";

  private static final int CALL_THREADS = 4;
  private static final int MAX_CALLS = 1000;

  /**
   * Budgets that each member keeps, beside as many backups of others': some 160 MB in all. A client
   * may be free to choose keys, as where a header is the criterion of a rate limit.
   */
  static final int MAX_BUDGETS = 250_000;

  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration BACKUP_LIMIT = Duration.ofSeconds(10);
  private static final Duration MOST_ATTEMPTS = Duration.ofSeconds(15);
  private static final int PROBE_TIMEOUT_MILLIS = 1000;
  private static final int MOST_JOIN_SECONDS = 20;

  /** All that Hazelcast says of a node that found members and did not get in. */
  private static final String NOT_JOINED = "Node failed to start!";

  /** Hazelcast's settings that differ from its defaults, with their reasons in docs/fleet.md. */
  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.socket.bind.any", "false"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"),
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.max.wait.seconds.before.join", "5"),
          Map.entry("hazelcast.max.join.seconds", Integer.toString(MOST_JOIN_SECONDS)),
          Map.entry("hazelcast.connect.all.wait.seconds", "0"),
          Map.entry("hazelcast.merge.first.run.delay.seconds", "10"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
          Map.entry("hazelcast.operation.call.timeout.millis", "5000"),
          Map.entry("hazelcast.operation.backup.timeout.millis", "300"),
          Map.entry("hazelcast.operation.fail.on.indeterminate.state", "true"),
          Map.entry("hazelcast.invocation.retry.pause.millis", "20"),
          Map.entry("hazelcast.partition.migration.timeout", "2"),
          Map.entry("hazelcast.graceful.shutdown.max.wait", "15"),
          Map.entry("hazelcast.mastership.claim.timeout.seconds", "60"),
          Map.entry("hazelcast.partition.count", "31"),
          Map.entry("hazelcast.operation.thread.count", "2"),
          Map.entry("hazelcast.io.thread.count", "2"));

  private Joining() {}

  /** A member of the cluster. */
  record Joined(HazelcastInstance instance, boolean alone) {}

  /**
   * Waits until another member lets this one in. It does not wait where it may start a fleet, nor
   * where its disk says that it belongs to one: without a majority of that it decides nothing. If
   * others answer but do not let in whom they should know (they hang, or what it says is lost on
   * the way), it tries for a while first: who is let in at once need not find the others later.
   *
   * @throws NotJoinedException if it is not let in within the time that it has for that
   */
  static Joined join(
      FleetSettings settings,
      MemberKeys keys,
      int maxBudgets,
      LedgerKeeper keeper,
      Consumer<Config> context)
      throws InterruptedException, NotJoinedException {
    requireAsynchronousCalls();
    boolean belongs = keeper.chosen().isPresent();
    Duration pause = FIRST_PAUSE;
    long began = System.nanoTime();
    while (true) {
      KeptOut why;
      boolean reached = settings.join().stream().anyMatch(Joining::answers);
      if (reached || settings.bootstrap() || belongs) {
        long strangers = keys.strangers();
        Optional<HazelcastInstance> started = start(settings, keys, maxBudgets, keeper, context);
        boolean givesUp = belongs && System.nanoTime() - began > MOST_ATTEMPTS.toNanos();
        if (started.isEmpty() && givesUp) {
          started = Optional.of(startAlone(settings, keys, maxBudgets, keeper, context));
        }
        if (started.isPresent()) {
          HazelcastInstance instance = started.get();
          boolean alone = instance.getCluster().getMembers().size() == 1;
          if (!alone || givesUp || (!reached && (settings.bootstrap() || belongs))) {
            awaitBackups(instance);
            LOG.info("fleet {}: {}", settings.name(), described(instance, belongs));
            return new Joined(instance, alone);
          }
          instance.getLifecycleService().terminate();
        }
        why =
            keys.strangers() > strangers
                ? KeptOut.byStrangers(settings)
                : started.isPresent()
                    ? KeptOut.bySilence(settings)
                    : KeptOut.byTheOldest(settings, MOST_JOIN_SECONDS);
      } else {
        why = KeptOut.unreached(settings);
      }
      LOG.warn(
          "fleet {}: {}; trying again in {} ms", settings.name(), why.reason(), pause.toMillis());
      if (!belongs) {
        why.requireTime(settings, System.nanoTime() - began);
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private static String described(HazelcastInstance instance, boolean belongs) {
    int members = instance.getCluster().getMembers().size();
    if (members > 1) {
      return members + " members";
    }
    return belongs ? "no other member lets this one in, and is looked for" : "started by this node";
  }

  /**
   * Shared state moves when a member comes; until that is done the death of another one may cost
   * some of it.
   */
  private static void awaitBackups(HazelcastInstance instance) throws InterruptedException {
    long end = System.nanoTime() + BACKUP_LIMIT.toNanos();
    while (!instance.getPartitionService().isClusterSafe() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /**
   * With fewer than two threads Hazelcast starts a thread for every asynchronous answer, which is
   * fifty times slower.
   */
  private static void requireAsynchronousCalls() {
    if (ForkJoinPool.getCommonPoolParallelism() < 2) {
      throw new IllegalStateException(
          "a member of a fleet needs the Java option"
              + " -Djava.util.concurrent.ForkJoinPool.common.parallelism=4, which ./phalanx sets;"
              + " without it every answer of the fleet costs a thread on a machine of two"
              + " processors or fewer");
    }
  }

  /** Hazelcast would end with stack traces that name neither the option nor the address. */
  static void requireFreeAddress(HostPort bind) throws IOException {
    boolean own;
    try {
      own = NetworkInterface.getByInetAddress(InetAddress.getByName(bind.host())) != null;
    } catch (UnknownHostException _) {
      own = false;
    }
    if (!own) {
      throw new BindException(
          "fleet.bind %s: %s is no address of this machine's network interfaces"
              .formatted(bind, bind.host()));
    }
    try (var free = new ServerSocket()) {
      free.setReuseAddress(true);
      free.bind(new InetSocketAddress(bind.host(), bind.port()));
    } catch (IOException e) {
      throw new IOException("fleet.bind %s: %s".formatted(bind, e.getMessage()), e);
    }
  }

  private static boolean answers(HostPort member) {
    try (var probe = new Socket()) {
      probe.connect(new InetSocketAddress(member.host(), member.port()), PROBE_TIMEOUT_MILLIS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Empty if a member was found, but this one did not get in within the time. */
  private static Optional<HazelcastInstance> start(
      FleetSettings settings,
      MemberKeys keys,
      int maxBudgets,
      LedgerKeeper keeper,
      Consumer<Config> context)
      throws InterruptedException {
    Config config = config(settings, maxBudgets, keeper, context);
    lookFor(config, settings.join());
    try {
      return Optional.of(start(settings, keys, config));
    } catch (HazelcastInstanceNotActiveException _) {
      return Optional.empty();
    } catch (IllegalStateException e) {
      if (NOT_JOINED.equals(e.getMessage())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * A member that asks nobody to be let in, and looks for the others once it is there: where one
   * shows the way to a master that cannot be reached, it would end instead.
   */
  private static HazelcastInstance startAlone(
      FleetSettings settings,
      MemberKeys keys,
      int maxBudgets,
      LedgerKeeper keeper,
      Consumer<Config> context)
      throws InterruptedException {
    Config config = config(settings, maxBudgets, keeper, context);
    HazelcastInstance instance = start(settings, keys, config);
    lookFor(config, settings.join());
    return instance;
  }

  /**
   * On a thread of its own: Hazelcast forgets an interrupt, and would go on trying in a node that
   * is told to stop.
   */
  private static HazelcastInstance start(FleetSettings settings, MemberKeys keys, Config config)
      throws InterruptedException {
    String name = "phalanx-" + settings.advertise() + '-' + System.nanoTime();
    var started = new CompletableFuture<HazelcastInstance>();
    Thread.ofPlatform()
        .daemon()
        .name("joining")
        .start(
            () -> {
              try {
                started.complete(
                    HazelcastInstanceFactory.newHazelcastInstance(
                        config, name, new MemberTls(keys)));
              } catch (RuntimeException | Error e) {
                started.completeExceptionally(e);
              }
            });
    try {
      return started.get();
    } catch (InterruptedException e) {
      started.thenAccept(instance -> instance.getLifecycleService().terminate());
      throw e;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private static void lookFor(Config config, List<HostPort> members) {
    TcpIpConfig join = config.getAdvancedNetworkConfig().getJoin().getTcpIpConfig();
    members.forEach(member -> join.addMember(member.toString()));
  }

  private static Config config(
      FleetSettings settings, int maxBudgets, LedgerKeeper keeper, Consumer<Config> context) {
    Config config = new Config();
    config.getUserContext().put(HazelcastPeers.KEEPER, keeper);
    context.accept(config);
    config.setClusterName(settings.name());
    PROPERTIES.forEach(config::setProperty);
    config
        .getMemberAttributeConfig()
        .setAttribute(HazelcastFleet.NAME_ATTRIBUTE, settings.advertise().toString())
        .setAttribute(HazelcastFleet.ID_ATTRIBUTE, keeper.self());
    config.getJetConfig().setEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    network(config.getAdvancedNetworkConfig(), settings);
    config.addExecutorConfig(
        new ExecutorConfig(CALLS).setPoolSize(CALL_THREADS).setQueueCapacity(MAX_CALLS));
    config.addMapConfig(new MapConfig(LEASE_MAP).setBackupCount(2));
    config.addMapConfig(counts(BUDGET_MAP, maxBudgets));
    config.addMapConfig(counts(SLOT_MAP, maxBudgets));
    config.addMapConfig(
        counts(SESSION_MAP, maxBudgets)
            .setMergePolicyConfig(
                new MergePolicyConfig().setPolicy(LatestUpdateMergePolicy.class.getName())));
    config.addMapConfig(
        counts(QUOTA_MAP, maxBudgets)
            .setMergePolicyConfig(new MergePolicyConfig().setPolicy(BothCount.class.getName())));
    config.addMapConfig(new MapConfig(BREAKER_MAP).setBackupCount(1));
    var filter = new JavaSerializationFilterConfig();
    filter.getWhitelist().addPrefixes("com.hazelcast.", "java.lang.", "java.util.", "[");
    config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
    config
        .getSerializationConfig()
        .addDataSerializableFactory(CommandProcessor.FACTORY, CommandProcessor.SERIALIZATION);
    return config;
  }

  /** A map of what is counted by keys, which clients may be free to choose. */
  private static MapConfig counts(String name, int most) {
    return new MapConfig(name)
        .setBackupCount(1)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setPerEntryStatsEnabled(true)
        .setEvictionConfig(
            new EvictionConfig()
                .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                .setSize(most)
                .setEvictionPolicy(EvictionPolicy.NONE) // The comparator stands in its place.
                .setComparator(new LeastUsedFirst()));
  }

  /** Members only: no client, REST or memcache protocol has a socket. */
  private static void network(AdvancedNetworkConfig network, FleetSettings settings) {
    network.setEnabled(true);
    network.getEndpointConfigs().remove(EndpointQualifier.CLIENT);
    var endpoint = new ServerSocketEndpointConfig();
    endpoint.setPort(settings.bind().port()).setPortAutoIncrement(false).setReuseAddress(true);
    endpoint.getInterfaces().setEnabled(true).addInterface(settings.bind().host());
    endpoint.setPublicAddress(settings.advertise().toString());
    network.setMemberEndpointConfig(endpoint);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
  }
}
