package io.phalanx.cluster.ledger;

import io.phalanx.cluster.Fleet.Belonging;
import io.phalanx.cluster.ledger.Agreement.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who belongs to the fleet, whether it is there or not; a majority of these decides. */
public final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final LedgerKeeper keeper;
  private final Agreement agreement;
  private final KnownMember self;
  private volatile boolean leaving;

  Membership(LedgerKeeper keeper, Agreement agreement, String name) {
    this.keeper = keeper;
    this.agreement = agreement;
    this.self = new KnownMember(keeper.self(), name);
  }

  /**
   * Makes this node a member, and has it know what the others that are here know. Waits for that; a
   * node that belongs to the fleet by its disk waits for nobody who is not there.
   */
  void join(boolean mayFound) throws InterruptedException, IOException {
    if (keeper.chosen().isEmpty() && mayFound) {
      keeper.found(UUID.randomUUID().toString(), self.name());
    }
    agreement.look(LOOK);
    while (keeper.chosen().isEmpty()) {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      agreement.look(LOOK);
    }
    boolean known = ledger().knows(self.id());
    String told = "";
    while (!keepKnown() && !known) {
      String reason = agreement.lack(ledger()).orElse("others come first");
      if (!reason.equals(told)) {
        told = reason;
        LOG.warn("waiting to be let in: {}", reason);
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
    agreement
        .lack(ledger())
        .ifPresent(lack -> LOG.warn("the configuration cannot be changed now: {}", lack));
  }

  private Ledger ledger() {
    return keeper.chosen().orElseThrow().ledger();
  }

  /** Sees to it that this member is known, under its name. Returns whether it is. */
  boolean keepKnown() throws InterruptedException {
    if (keeper.chosen().isEmpty() || ledger().members().contains(self)) {
      return keeper.chosen().isPresent();
    }
    if (leaving) {
      return false;
    }
    Result result =
        agreement.agree(
            before ->
                before.members().contains(self) ? Optional.empty() : Optional.of(before.with(self)),
            LIMIT);
    return switch (result) {
      case Result.Agreed _, Result.Declined _ -> true;
      case Result.Unavailable _, Result.Unknown _ -> false;
    };
  }

  /** All that are known, in the order in which they came. */
  public List<Belonging> all() {
    Set<String> here = agreement.here();
    return keeper.chosen().map(vote -> vote.ledger().members()).orElse(List.of()).stream()
        .map(
            member ->
                new Belonging(
                    member.id(),
                    member.name(),
                    here.contains(member.id()),
                    member.id().equals(self.id())))
        .toList();
  }

  /** What operators call the member. */
  String name(String id) {
    return all().stream()
        .filter(member -> member.id().equals(id))
        .map(Belonging::name)
        .findFirst()
        .orElse(id);
  }

  /** Whether a majority is here, so that something can be changed. */
  public boolean hasMajority() {
    return keeper.chosen().filter(vote -> agreement.lack(vote.ledger()).isEmpty()).isPresent();
  }

  /** Why this member's disk takes nothing of what is agreed on, if so. */
  public Optional<String> unwritten() {
    return keeper.unwritten();
  }

  /** The latest epoch under which something was changed, 0 if there is none. */
  public long epoch(String lease) {
    return keeper.chosen().map(vote -> vote.ledger().epochs().getOrDefault(lease, 0L)).orElse(0L);
  }

  /**
   * Has a member that is away for good count no more. It may come back, as a new one.
   *
   * @param name or id
   * @return why it stays, if so
   */
  public Optional<String> forget(String name) throws InterruptedException {
    Optional<Belonging> named =
        all().stream()
            .filter(member -> member.name().equals(name) || member.id().equals(name))
            .findFirst();
    if (named.isEmpty()) {
      return Optional.of("no member is known as " + name);
    }
    if (named.get().present()) {
      return Optional.of(name + " is here; have it leave instead");
    }
    return without(new KnownMember(named.get().id(), named.get().name()));
  }

  /**
   * This member goes for good, and counts no more, while it serves on until it is closed. Returns
   * why it still does, if so.
   */
  public Optional<String> leave() throws InterruptedException {
    leaving = true;
    Optional<String> lack = without(self);
    leaving = lack.isEmpty();
    return lack;
  }

  private Optional<String> without(KnownMember leaving) throws InterruptedException {
    Result result =
        agreement.agree(
            before ->
                before.knows(leaving.id()) && before.members().size() > 1
                    ? Optional.of(before.without(leaving::equals))
                    : Optional.empty(),
            LIMIT);
    return switch (result) {
      case Result.Agreed _ -> Optional.empty();
      case Result.Declined(Ledger ledger) ->
          ledger.knows(leaving.id())
              ? Optional.of(leaving.name() + " is the only member")
              : Optional.empty();
      case Result.Unavailable(String reason) -> Optional.of(reason);
      case Result.Unknown(String reason) ->
          Optional.of(reason + "; it may come about all the same: see `phalanx fleet members`");
    };
  }
}
