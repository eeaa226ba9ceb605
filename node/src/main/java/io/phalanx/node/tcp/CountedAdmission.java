package io.phalanx.node.tcp;

import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Entry;
import io.phalanx.cluster.slot.Slots;
import io.phalanx.providers.dynamic.LimitOptions.OnSplit;
import io.phalanx.providers.dynamic.LimitOptions.Scope;
import io.phalanx.providers.dynamic.TcpMiddleware.InFlightConn;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * {@code inFlightConn}: so many connections of each client address at one time, counted for the
 * whole fleet; one more is closed. As in Traefik each router that names the middleware counts for
 * itself, unless {@code budget} names what several share.
 */
public final class CountedAdmission implements Admission {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final InFlightConn options;
  private final String keyPrefix;
  private final Slots slots;
  private final BooleanSupplier majority;

  /**
   * @param owner of the count, unless the options name a budget
   * @param slots of the fleet, or of this node, as the options say
   * @param majority whether most members of the fleet are here
   */
  public CountedAdmission(
      InFlightConn options, String owner, Slots slots, BooleanSupplier majority) {
    this.options = options;
    this.keyPrefix =
        "inFlightConn " + options.budget().map(name -> "budget " + name).orElse(owner) + ' ';
    this.slots = slots;
    this.majority = majority;
  }

  @Override
  public void admit(TcpClient client, Runnable behind) {
    if (options.onSplit() == OnSplit.DENY
        && options.scope() == Scope.FLEET
        && !majority.getAsBoolean()) {
      client.close();
      return;
    }
    String key = keyPrefix + client.peer().text();
    CompletableFuture<Entry> entry =
        slots.enter(key, options.amount(), counted(), PATIENCE).toCompletableFuture();
    if (entry.isDone()) {
      decide(entry.join(), key, client, behind);
    } else {
      var _ =
          entry.thenAccept(
              decided -> client.ioThread().execute(() -> decide(decided, key, client, behind)));
    }
  }

  private Counted counted() {
    return switch (options.onSplit()) {
      case FAIR_SHARE -> Counted.BY_SHARES;
      case LOCAL, DENY, ALLOW -> Counted.BY_EACH_SIDE;
    };
  }

  private void decide(Entry entry, String key, TcpClient client, Runnable behind) {
    switch (entry) {
      case Entry.Entered(Runnable leave) -> {
        var inside = new AtomicBoolean(true);
        client.whenClosed(
            () -> {
              if (inside.getAndSet(false)) {
                leave.run();
              }
            });
        if (client.isOpen()) {
          behind.run();
        }
      }
      case Entry.Full _ -> client.close();
      case Entry.Unavailable _ -> withoutFleet(key, client, behind);
    }
  }

  private void withoutFleet(String key, TcpClient client, Runnable behind) {
    long most =
        switch (options.onSplit()) {
          case ALLOW -> Long.MAX_VALUE;
          case DENY, FAIR_SHARE -> 0;
          case LOCAL -> options.amount();
        };
    if (most == 0) {
      client.close();
    } else {
      decide(slots.enterAnyway(key, options.amount(), counted(), most), key, client, behind);
    }
  }
}
