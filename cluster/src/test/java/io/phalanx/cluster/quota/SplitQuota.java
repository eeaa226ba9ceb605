package io.phalanx.cluster.quota;

import io.phalanx.cluster.quota.AccountFormat.Wish;
import io.phalanx.cluster.quota.HeldQuota.Decision;
import io.phalanx.cluster.side.Presence;
import io.phalanx.cluster.side.SplitFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A fleet that dies, freezes and is split while it shares a quota, and has disks. */
final class SplitQuota extends SplitFleet {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long MILLI = 1_000_000;

  /** By how many milliseconds the clock of a member is off at most. */
  private static final int OFF = 200;

  private final Quota quota;
  private final List<Node> nodes = new ArrayList<>();

  /** How many were admitted, by the part in which they count. */
  final Map<Long, Long> admissions = new HashMap<>();

  SplitQuota(Random random, Quota quota, int size, long end) {
    super(random, size, end);
    this.quota = quota;
    members.forEach(member -> nodes.add(new Node(member)));
  }

  /** What a member knows and has of the quota. */
  private final class Node {
    private final Member member;
    private final long off = random.nextInt(OFF);
    private Known disk = Known.NOTHING;
    private long numbers;
    private HeldQuota<Long> held;
    private boolean serves;
    private long part;

    /** The number of the draw under way, 0 if there is none. */
    private long underWay;

    Node(Member member) {
      this.member = member;
      this.held = new HeldQuota<>(() -> ++numbers, member.clock());
    }

    private long wall() {
      return now / MILLI + off;
    }

    void come() {
      if (serves) {
        for (int i = 0; i <= random.nextInt(3); i++) {
          held.take(now, member.clock()).ifPresent(this::decided);
        }
        ask();
      }
    }

    private void decided(Admission admission) {
      if (admission instanceof Admission.Admitted) {
        admissions.merge(part, 1L, Long::sum);
      }
    }

    private void ask() {
      if (serves && member.isUp()) {
        held.next(member.clock()).ifPresent(this::send);
      }
    }

    private void send(Need need) {
      int alive = member.life;
      underWay = need.number();
      at(
          now + PATIENCE.toNanos(),
          () -> member.whenUp(alive, () -> end(need, () -> held.failed("no answer", clock()))));
      draw(
          need,
          drawn -> write(need, drawn),
          () ->
              member.whenUp(
                  alive, () -> end(need, () -> held.postponed(PATIENCE, "later", clock()))));
    }

    private long clock() {
      return member.clock();
    }

    private void draw(Need need, Consumer<Drawn> answered, Runnable postponed) {
      var draw = new Draw("member " + member.number, "life " + member.life, need, wall(), disk);
      Wish wish = AccountFormat.wish(AccountFormat.bytes(new Wish(quota, draw)));
      int alive = member.life;
      member.ask(
          (state, keeper) -> {
            Account account = state == null ? new Account(quota) : AccountFormat.account(state);
            long wall = nodes.get(keeper.number).wall();
            Drawn drawn = account.draw(wish.draw(), keeper.presence.side(), keeper.clock(), wall);
            byte[] answer = AccountFormat.bytes(drawn);
            return new Done(
                AccountFormat.bytes(account),
                () ->
                    keeper.send(
                        member,
                        () -> {
                          if (alive == member.life) {
                            answered.accept(AccountFormat.drawn(answer));
                          }
                        }));
          },
          postponed);
    }

    /** What was given may be used when it is on disk. */
    private void write(Need need, Drawn drawn) {
      int alive = member.life;
      at(
          now + 1 + random.nextLong(SECOND / 100),
          () ->
              member.whenUp(
                  alive,
                  () -> {
                    disk = disk.merged(quota, drawn.known());
                    end(
                        need,
                        () -> {
                          part = drawn.part();
                          return held.answered(drawn, clock());
                        });
                  }));
    }

    private void end(Need need, Supplier<List<Decision<Long>>> how) {
      if (need.number() == underWay) {
        underWay = 0;
        how.get().forEach(decision -> decided(decision.admission()));
        ask();
      }
    }

    /** Tells what it remembers where that may have been lost; before, it serves nobody. */
    void tidy() {
      Presence presence = member.presence;
      if (presence.hasToTell()) {
        long times = presence.toTell();
        draw(
            Need.NOTHING,
            _ -> {
              presence.told(times, clock());
              serves = true;
            },
            () -> {});
      }
      if (held.isForgettable(clock())) {
        held = new HeldQuota<>(() -> ++numbers, clock());
      }
      ask();
    }

    void die() {
      serves = false;
      underWay = 0;
      held = new HeldQuota<>(() -> ++numbers, clock());
    }
  }

  @Override
  protected void come(Member member) {
    nodes.get(member.number).come();
  }

  @Override
  protected void tidy(Member member) {
    nodes.get(member.number).tidy();
  }

  @Override
  protected void comesBack(Member member) {
    nodes.get(member.number).die();
  }

  @Override
  protected byte[] merged(byte @Nullable [] ours, byte[] theirs) {
    return AccountFormat.bytes(
        Account.merged(
            ours == null ? null : AccountFormat.account(ours), AccountFormat.account(theirs)));
  }
}
