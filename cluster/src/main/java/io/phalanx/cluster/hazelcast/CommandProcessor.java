package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.phalanx.cluster.breaker.Breaker;
import io.phalanx.cluster.breaker.BreakerFormat;
import io.phalanx.cluster.breaker.Reply;
import io.phalanx.cluster.budget.Bucket;
import io.phalanx.cluster.budget.BucketFormat;
import io.phalanx.cluster.budget.Drawn;
import io.phalanx.cluster.quota.Account;
import io.phalanx.cluster.quota.AccountFormat;
import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seat;
import io.phalanx.cluster.session.Seating;
import io.phalanx.cluster.session.SessionFormat;
import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Side;
import io.phalanx.cluster.slot.Room;
import io.phalanx.cluster.slot.RoomFormat;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command on its way to what it is about, by whose owner's clocks it is done. */
final class CommandProcessor
    implements EntryProcessor<String, byte[], byte[]>,
        IdentifiedDataSerializable,
        HazelcastInstanceAware {
  /** Where a member keeps its clock on the wall. */
  static final String CLOCK = "phalanx.clock";

  /** The same on all members, for good. */
  static final int FACTORY = 7001;

  private static final int TYPE = 1;

  static final DataSerializableFactory SERIALIZATION =
      type ->
          switch (type) {
            case TYPE -> new CommandProcessor();
            case Kept.TYPE -> new Kept();
            case HazelcastPeers.MemberCall.TYPE -> new HazelcastPeers.MemberCall();
            case HazelcastPresence.Question.TYPE -> new HazelcastPresence.Question();
            case Departing.Notice.TYPE -> new Departing.Notice();
            case BothCount.TYPE -> new BothCount();
            default -> throw new IllegalStateException("this release does not know type " + type);
          };

  private static final long serialVersionUID = 1;
  private static final byte[] NOTHING = {};

  /** How long what is as good as new stays. */
  private static final Duration KEPT = Duration.ofSeconds(10);

  /** What came of a command. */
  static final class Outcome {
    private final byte[] state;
    private final long nanos;
    private final byte[] answer;

    /**
     * @param state to be kept
     * @param nanos until that is as good as new
     */
    Outcome(byte[] state, long nanos, byte[] answer) {
      this.state = state;
      this.nanos = nanos;
      this.answer = answer;
    }
  }

  /**
   * Where and when a command is done.
   *
   * @param side that the owner is on
   * @param now nanoseconds by the owner's monotonic clock
   * @param wall milliseconds since the epoch by its clock on the wall
   */
  record Place(String owner, Side side, long now, long wall) {}

  /** What can be done. */
  enum Command {
    DRAW(1) {
      @Override
      Outcome run(byte @Nullable [] state, byte[] command, Place at) {
        BucketFormat.Wish wish = BucketFormat.wish(command);
        Side counted = wish.limit().counted().on(at.side);
        Bucket bucket =
            state == null
                ? Bucket.unknown(wish.limit(), at.owner, counted, at.now)
                : BucketFormat.bucket(state);
        Drawn drawn = bucket.draw(wish.draw(), at.owner, counted, at.now);
        return new Outcome(
            BucketFormat.bytes(bucket), bucket.untilFull(), BucketFormat.bytes(drawn));
      }
    },
    CLAIM(2) {
      @Override
      Outcome run(byte @Nullable [] state, byte[] command, Place at) {
        RoomFormat.Wish wish = RoomFormat.wish(command);
        Side counted = wish.counted().on(at.side);
        Room room =
            state == null
                ? Room.unknown(wish.amount(), at.owner, counted, at.now)
                : RoomFormat.room(state);
        long slots = room.claim(wish.claim(), at.owner, counted, at.now);
        return new Outcome(RoomFormat.bytes(room), room.untilEmpty(), RoomFormat.bytes(slots));
      }
    },
    BID(3) {
      @Override
      Outcome run(byte @Nullable [] state, byte[] command, Place at) {
        Bid bid = SessionFormat.bid(command);
        Seat seat = state == null ? new Seat(at.owner, at.now) : SessionFormat.seat(state);
        Seating seating = seat.bid(bid, at.owner, at.now);
        return new Outcome(
            SessionFormat.bytes(seat), seat.untilForgotten(), SessionFormat.bytes(seating));
      }
    },
    TELL(4) {
      @Override
      Outcome run(byte @Nullable [] state, byte[] command, Place at) {
        Breaker breaker =
            state == null ? new Breaker(at.owner, at.now) : BreakerFormat.breaker(state);
        Reply reply = breaker.tell(BreakerFormat.motion(command), at.owner, at.now);
        return new Outcome(
            BreakerFormat.bytes(breaker), breaker.untilForgotten(), BreakerFormat.bytes(reply));
      }
    },
    DRAW_QUOTA(5) {
      @Override
      Outcome run(byte @Nullable [] state, byte[] command, Place at) {
        AccountFormat.Wish wish = AccountFormat.wish(command);
        Account account = state == null ? new Account(wish.quota()) : AccountFormat.account(state);
        io.phalanx.cluster.quota.Drawn drawn = account.draw(wish.draw(), at.side, at.now, at.wall);
        return new Outcome(
            AccountFormat.bytes(account),
            TimeUnit.MILLISECONDS.toNanos(account.untilNew()),
            AccountFormat.bytes(drawn));
      }
    };

    private final int code;

    /**
     * @param code what members tell each other, for good
     */
    Command(int code) {
      this.code = code;
    }

    private static Command of(int code) {
      for (Command command : values()) {
        if (command.code == code) {
          return command;
        }
      }
      throw new IllegalStateException("this release does not know command " + code);
    }

    abstract Outcome run(byte @Nullable [] state, byte[] command, Place at);
  }

  private int command;
  private byte[] wish;
  private transient String owner = "";
  private transient @Nullable HazelcastInstance instance;
  private transient InstantSource wall = InstantSource.system();
  private transient @Nullable Kept kept;

  private CommandProcessor() {
    this(Command.DRAW, NOTHING);
  }

  CommandProcessor(Command command, byte[] wish) {
    this.command = command.code;
    this.wish = wish;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    this.instance = instance;
    owner = instance.getCluster().getLocalMember().getUuid().toString();
    if (instance.getUserContext().get(CLOCK) instanceof InstantSource clock) {
      wall = clock;
    }
  }

  @Override
  public byte[] process(Map.Entry<String, byte[]> entry) {
    Outcome outcome;
    try {
      outcome =
          Command.of(command)
              .run(
                  entry.getValue(),
                  wish,
                  new Place(owner, side(), System.nanoTime(), wall.millis()));
    } catch (NotSettled _) {
      return NOTHING;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(outcome.nanos) + KEPT.toMillis();
    kept = new Kept(outcome.state, millis);
    kept.store(entry);
    return outcome.answer;
  }

  private Side side() {
    HazelcastInstance here = instance;
    return here != null
            && here.getUserContext().get(HazelcastPresence.CONTEXT)
                instanceof HazelcastPresence presence
        ? presence.side(here)
        : Side.ALONE;
  }

  /** Backups get what came of it: their clocks show something else. */
  @Override
  public @Nullable EntryProcessor<String, byte[], byte[]> getBackupProcessor() {
    return kept;
  }

  @Override
  public int getFactoryId() {
    return FACTORY;
  }

  @Override
  public int getClassId() {
    return TYPE;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeInt(command);
    out.writeByteArray(wish);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    command = in.readInt();
    wish = read(in);
  }

  private static byte[] read(ObjectDataInput in) throws IOException {
    byte @Nullable [] bytes = in.readByteArray();
    if (bytes == null) {
      throw new IOException("a command without content");
    }
    return bytes;
  }

  /** A state on its way to a backup. */
  static final class Kept
      implements EntryProcessor<String, byte[], byte[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;
    private static final int TYPE = 2;

    private byte[] state;
    private long millis;

    private Kept() {
      this(NOTHING, 0);
    }

    Kept(byte[] state, long millis) {
      this.state = state;
      this.millis = millis;
    }

    void store(Map.Entry<String, byte[]> entry) {
      var _ =
          ((ExtendedMapEntry<String, byte[]>) entry).setValue(state, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
      store(entry);
      return NOTHING;
    }

    @Override
    public int getFactoryId() {
      return FACTORY;
    }

    @Override
    public int getClassId() {
      return TYPE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeByteArray(state);
      out.writeLong(millis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      state = read(in);
      millis = in.readLong();
    }
  }
}
