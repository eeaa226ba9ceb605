package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Quota;
import io.phalanx.cluster.quota.Window;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.side.Counted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A member as a process of its own, which can be frozen: told by lines what to do. */
final class MemberMain {
  static final String LEASE = "task";

  private MemberMain() {}

  static final Quota QUOTA =
      new Quota(30, new Window.Sliding(Duration.ofDays(31)), Counted.BY_SHARES);

  /**
   * @param args the address to join, its own, the fleet key, its directory
   */
  public static void main(String[] args) throws Exception {
    var settings =
        new FleetSettings(
            "test",
            HostPort.parse(args[1]),
            HostPort.parse(args[1]),
            List.of(HostPort.parse(args[0])),
            false,
            List.of(FleetKey.parse(args[2])),
            Path.of(args[3]));
    HazelcastFleet fleet = HazelcastFleet.start(settings, InstantSource.system());
    fleet.leases().compete(LEASE, _ -> new CountDownLatch(1).await());
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String command = commands.readLine();
    while (command != null) {
      System.out.println("> " + answer(fleet, command));
      command = commands.readLine();
    }
    fleet.terminate();
  }

  private static String answer(HazelcastFleet fleet, String command) throws InterruptedException {
    if (command.equals("id")) {
      return fleet.self().id();
    }
    if (command.equals("active")) {
      return fleet.revisions().active().map(MemberMain::shown).orElse("none");
    }
    if (command.equals("holder")) {
      return fleet.leases().holder(LEASE).map(Lease::holder).orElse("nobody");
    }
    if (command.equals("await-alone")) {
      Eventually.holds("being alone", () -> fleet.members().size() == 1);
      return "alone";
    }
    if (command.startsWith("claim ")) {
      String[] words = command.split(" ", -1);
      return fleet
          .sessions()
          .seat(words[1], Bid.claim(words[2], Duration.ofHours(1)), Duration.ofSeconds(10))
          .toCompletableFuture()
          .join()
          .toString();
    }
    if (command.startsWith("document ")) {
      Document document = fleet.documents().all().get(command.substring("document ".length()));
      return document == null
          ? "none"
          : document.content().lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
    if (command.startsWith("write ")) {
      String name = command.substring("write ".length());
      return fleet
          .documents()
          .put(new Lease("certificates", "other", 9), name, Optional.empty(), new byte[] {1})
          .getClass()
          .getSimpleName();
    }
    if (command.startsWith("take ")) {
      String[] words = command.split(" ", -1);
      return Long.toString(admitted(fleet, words[1], Integer.parseInt(words[2])));
    }
    if (command.startsWith("publish ")) {
      String content = command.substring("publish ".length());
      return switch (fleet.revisions().publish(fleet.revisions().active(), "other", content)) {
        case Revisions.Publication.Unavailable(String reason) -> reason;
        case Revisions.Publication.Unknown(String reason) -> reason;
        case Revisions.Publication other -> other.getClass().getSimpleName();
      };
    }
    throw new IllegalArgumentException(command);
  }

  /** How many of so many pass, of thirty in all for each key. */
  static long admitted(Fleet fleet, String key, int asked) {
    long admitted = 0;
    for (int i = 0; i < asked; i++) {
      try {
        Admission admission =
            fleet.quotas().take(key, QUOTA, Duration.ofSeconds(10)).toCompletableFuture().join();
        admitted += admission instanceof Admission.Admitted ? 1 : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return admitted;
  }

  static String shown(Revision revision) {
    return revision.number() + " " + revision.fingerprint() + " " + revision.content();
  }
}
