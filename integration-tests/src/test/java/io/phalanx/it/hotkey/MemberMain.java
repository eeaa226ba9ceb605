package io.phalanx.it.hotkey;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.budget.Buckets;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.hazelcast.HazelcastFleet;
import io.phalanx.cluster.hazelcast.KeyOwners;
import io.phalanx.cluster.key.FleetKey;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** A member of the fleet that is also a client of Redis: told by lines what to decide. */
final class MemberMain {
  /** Who decides. */
  enum Side {
    PHALANX,
    REDIS,

    /** Nobody: every request is admitted, which shows what asking costs. */
    NOTHING
  }

  private final HazelcastFleet fleet;
  private final Decider redis;

  private MemberMain(HazelcastFleet fleet, Decider redis) {
    this.fleet = fleet;
    this.redis = redis;
  }

  /**
   * @param args the member's address, that of the first member, the fleet key's file, the member's
   *     directory, the port of Redis
   */
  public static void main(String[] args) throws Exception {
    HostPort own = HostPort.parse(args[0]);
    HostPort first = HostPort.parse(args[1]);
    var settings =
        new FleetSettings(
            "hotkey",
            own,
            own,
            own.equals(first) ? List.of() : List.of(first),
            own.equals(first),
            List.of(FleetKey.read(Path.of(args[2]))),
            Path.of(args[3]));
    try (HazelcastFleet fleet = HazelcastFleet.start(settings, InstantSource.system());
        RedisDecider redis = RedisDecider.connect(Integer.parseInt(args[4]))) {
      var member = new MemberMain(fleet, redis);
      var commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println("> " + member.answer(line.split(" ")));
      }
    }
  }

  private String answer(String[] command) {
    return switch (command[0]) {
      case "id" -> fleet.self().id();
      case "members" -> Integer.toString(fleet.members().size());
      // owner KEY BURST TOKENS
      case "owner" -> KeyOwners.owner(Buckets.identity(command[1], limit(command[2], command[3])));
      // run SIDE KEY BURST TOKENS PER-SECOND MILLISECONDS-BEFORE-IT-COUNTS MILLISECONDS
      case "run" ->
          new Load(
                  decider(Side.valueOf(command[1].toUpperCase(Locale.ROOT))),
                  command[2],
                  limit(command[3], command[4]))
              .run(Integer.parseInt(command[5]), millis(command[6]), millis(command[7]))
              .text();
      default -> throw new IllegalArgumentException(command[0]);
    };
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  private static Limit limit(String burst, String tokens) {
    return new Limit(Long.parseLong(burst), Long.parseLong(tokens), Duration.ofSeconds(1));
  }

  private Decider decider(Side side) {
    return switch (side) {
      case PHALANX -> new FleetDecider(fleet.budgets());
      case REDIS -> redis;
      case NOTHING -> (_, _) -> CompletableFuture.completedStage(Decider.Outcome.ADMITTED);
    };
  }
}
