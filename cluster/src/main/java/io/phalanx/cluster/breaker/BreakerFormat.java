package io.phalanx.cluster.breaker;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.breaker.Breaker.Probing;
import io.phalanx.cluster.breaker.Breaker.Round;
import io.phalanx.cluster.breaker.Message.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Breakers, motions and replies as bytes, each behind the number of its format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class BreakerFormat {
  private static final Bytes FORMAT = new Bytes("breakers", 1);

  private static final int REPORT = 1;
  private static final int VOTE = 2;
  private static final int DECIDE = 3;
  private static final int RECOVER = 4;
  private static final int PROBE = 5;
  private static final int PROBED = 6;
  private static final int CLOSE = 7;
  private static final int LOOK = 8;

  private BreakerFormat() {}

  public static byte[] bytes(Breaker breaker) {
    return FORMAT.write(
        out -> {
          out.writeUTF(breaker.keeper());
          out.writeLong(breaker.at());
          write(out, breaker.standing());
          Round round = breaker.round();
          out.writeLong(round.since());
          out.writeInt(round.awaited());
          out.writeInt(round.votes().size());
          for (Map.Entry<String, Tally> vote : round.votes().entrySet()) {
            out.writeUTF(vote.getKey());
            write(out, vote.getValue());
          }
          Probing probing = breaker.probing();
          out.writeUTF(probing.member());
          out.writeLong(probing.number());
          out.writeLong(probing.since());
          out.writeLong(probing.until());
          out.writeUTF(breaker.failed());
          out.writeLong(breaker.keep());
        });
  }

  public static Breaker breaker(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          String keeper = in.readUTF();
          long at = in.readLong();
          Standing standing = standing(in);
          long since = in.readLong();
          int awaited = in.readInt();
          int count = Bytes.count(in);
          var votes = new TreeMap<String, Tally>();
          for (int i = 0; i < count; i++) {
            votes.put(in.readUTF(), tally(in));
          }
          return new Breaker(
              keeper,
              at,
              standing,
              new Round(standing.round(), since, awaited, votes),
              new Probing(in.readUTF(), in.readLong(), in.readLong(), in.readLong()),
              in.readUTF(),
              in.readLong());
        });
  }

  public static byte[] bytes(Motion motion) {
    return FORMAT.write(
        out -> {
          out.writeUTF(motion.member());
          write(out, motion.known());
          out.writeLong(motion.keep());
          write(out, motion.message());
        });
  }

  public static Motion motion(byte[] bytes) {
    return FORMAT.read(
        bytes, in -> new Motion(in.readUTF(), standing(in), in.readLong(), message(in)));
  }

  public static byte[] bytes(Reply reply) {
    return FORMAT.write(
        out -> {
          write(out, reply.standing());
          out.writeBoolean(reply.granted());
        });
  }

  public static Reply reply(byte[] bytes) {
    return FORMAT.read(bytes, in -> new Reply(standing(in), in.readBoolean()));
  }

  private static void write(DataOutputStream out, Standing standing) throws IOException {
    out.writeLong(standing.version());
    out.writeByte(code(standing.state()));
    out.writeLong(standing.age());
    out.writeBoolean(standing.well());
    out.writeLong(standing.round());
  }

  private static Standing standing(DataInputStream in) throws IOException {
    return new Standing(
        in.readLong(), state(in.readByte()), in.readLong(), in.readBoolean(), in.readLong());
  }

  private static int code(State state) {
    return switch (state) {
      case CLOSED -> 0;
      case OPEN -> 1;
      case RECOVERING -> 2;
    };
  }

  private static State state(int code) throws IOException {
    return switch (code) {
      case 0 -> State.CLOSED;
      case 1 -> State.OPEN;
      case 2 -> State.RECOVERING;
      default -> throw new IOException("no state: " + code);
    };
  }

  private static void write(DataOutputStream out, Tally tally) throws IOException {
    out.writeLong(tally.requests());
    out.writeLong(tally.failures());
    out.writeBoolean(tally.tripped());
  }

  private static Tally tally(DataInputStream in) throws IOException {
    return new Tally(in.readLong(), in.readLong(), in.readBoolean());
  }

  private static void write(DataOutputStream out, Message message) throws IOException {
    switch (message) {
      case Message.Report(Tally tally, int members) -> {
        out.writeByte(REPORT);
        write(out, tally);
        out.writeInt(members);
      }
      case Message.Vote(long round, Tally tally) -> {
        out.writeByte(VOTE);
        out.writeLong(round);
        write(out, tally);
      }
      case Message.Decide(long round) -> {
        out.writeByte(DECIDE);
        out.writeLong(round);
      }
      case Message.Recover _ -> out.writeByte(RECOVER);
      case Message.Probe(long number, long yields, int members) -> {
        out.writeByte(PROBE);
        out.writeLong(number);
        out.writeLong(yields);
        out.writeInt(members);
      }
      case Message.Probed(long number, Outcome outcome) -> {
        out.writeByte(PROBED);
        out.writeLong(number);
        out.writeByte(code(outcome));
      }
      case Message.Close _ -> out.writeByte(CLOSE);
      case Message.Look _ -> out.writeByte(LOOK);
    }
  }

  private static int code(Outcome outcome) {
    return switch (outcome) {
      case WELL -> 0;
      case FAILED -> 1;
      case UNKNOWN -> 2;
    };
  }

  private static Outcome outcome(int code) throws IOException {
    return switch (code) {
      case 0 -> Outcome.WELL;
      case 1 -> Outcome.FAILED;
      case 2 -> Outcome.UNKNOWN;
      default -> throw new IOException("no outcome: " + code);
    };
  }

  private static Message message(DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case REPORT -> new Message.Report(tally(in), in.readInt());
      case VOTE -> new Message.Vote(in.readLong(), tally(in));
      case DECIDE -> new Message.Decide(in.readLong());
      case RECOVER -> new Message.Recover();
      case PROBE -> new Message.Probe(in.readLong(), in.readLong(), in.readInt());
      case PROBED -> new Message.Probed(in.readLong(), outcome(in.readByte()));
      case CLOSE -> new Message.Close();
      case LOOK -> new Message.Look();
      default -> throw new IOException("no message: " + kind);
    };
  }
}
