package io.phalanx.cluster.ledger;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.ledger.Reply.Accepted;
import io.phalanx.cluster.ledger.Reply.ContentMissing;
import io.phalanx.cluster.ledger.Reply.Known;
import io.phalanx.cluster.ledger.Reply.Promised;
import io.phalanx.cluster.ledger.Reply.Refused;
import io.phalanx.cluster.ledger.Request.Accept;
import io.phalanx.cluster.ledger.Request.Learn;
import io.phalanx.cluster.ledger.Request.Look;
import io.phalanx.cluster.ledger.Request.Promise;
import io.phalanx.cluster.revision.RevisionEntry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is said about the ledger, and what is kept of it, as bytes behind the number of their
 * format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class LedgerFormat {
  private static final Bytes FORMAT = new Bytes("what members say of the ledger", 1);

  private LedgerFormat() {}

  private interface Writing<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  public static byte[] bytes(Acceptor acceptor) {
    return FORMAT.write(
        out -> {
          ballot(out, acceptor.promised());
          vote(out, acceptor.accepted());
          vote(out, acceptor.chosen());
        });
  }

  public static Acceptor acceptor(byte[] bytes) {
    return FORMAT.read(bytes, in -> new Acceptor(ballot(in), optionalVote(in), optionalVote(in)));
  }

  public static byte[] bytes(Request request) {
    return FORMAT.write(
        out -> {
          switch (request) {
            case Promise(Ballot ballot) -> {
              out.writeByte(1);
              ballot(out, ballot);
            }
            case Accept(Vote vote) -> {
              out.writeByte(2);
              vote(out, vote);
            }
            case Learn(Vote vote) -> {
              out.writeByte(3);
              vote(out, vote);
            }
            case Look() -> out.writeByte(4);
          }
        });
  }

  public static Request request(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          int kind = in.readByte();
          return switch (kind) {
            case 1 -> new Promise(ballot(in));
            case 2 -> new Accept(vote(in));
            case 3 -> new Learn(vote(in));
            case 4 -> new Look();
            default -> throw new IOException("request " + kind);
          };
        });
  }

  public static byte[] bytes(Reply reply) {
    return FORMAT.write(
        out -> {
          vote(out, reply.chosen());
          switch (reply) {
            case Promised(Optional<Vote> accepted, Optional<Vote> _) -> {
              out.writeByte(1);
              vote(out, accepted);
            }
            case Accepted _ -> out.writeByte(2);
            case Refused(Ballot by, Optional<Vote> _) -> {
              out.writeByte(3);
              ballot(out, by);
            }
            case ContentMissing _ -> out.writeByte(4);
            case Known(Optional<Vote> accepted, Optional<Vote> _) -> {
              out.writeByte(5);
              vote(out, accepted);
            }
          }
        });
  }

  public static Reply reply(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          Optional<Vote> chosen = optionalVote(in);
          int kind = in.readByte();
          return switch (kind) {
            case 1 -> new Promised(optionalVote(in), chosen);
            case 2 -> new Accepted(chosen);
            case 3 -> new Refused(ballot(in), chosen);
            case 4 -> new ContentMissing(chosen);
            case 5 -> new Known(optionalVote(in), chosen);
            default -> throw new IOException("reply " + kind);
          };
        });
  }

  private static void ballot(DataOutputStream out, Ballot ballot) throws IOException {
    out.writeLong(ballot.round());
    out.writeUTF(ballot.member());
  }

  private static Ballot ballot(DataInputStream in) throws IOException {
    return new Ballot(in.readLong(), in.readUTF());
  }

  private static void vote(DataOutputStream out, Optional<Vote> vote) throws IOException {
    out.writeBoolean(vote.isPresent());
    if (vote.isPresent()) {
      vote(out, vote.get());
    }
  }

  private static Optional<Vote> optionalVote(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(vote(in)) : Optional.empty();
  }

  private static void vote(DataOutputStream out, Vote vote) throws IOException {
    ballot(out, vote.ballot());
    Ledger ledger = vote.ledger();
    out.writeUTF(ledger.fleet());
    out.writeLong(ledger.version());
    all(out, ledger.members(), LedgerFormat::member);
    all(out, ledger.former(), LedgerFormat::member);
    all(out, ledger.history(), LedgerFormat::entry);
    all(
        out,
        List.copyOf(ledger.epochs().entrySet()),
        (to, epoch) -> {
          to.writeUTF(epoch.getKey());
          to.writeLong(epoch.getValue());
        });
  }

  private static Vote vote(DataInputStream in) throws IOException {
    Ballot ballot = ballot(in);
    String fleet = in.readUTF();
    long version = in.readLong();
    List<KnownMember> members = members(in);
    List<KnownMember> former = members(in);
    var history = new ArrayList<RevisionEntry>();
    for (int left = Bytes.count(in); left > 0; left--) {
      history.add(entry(in));
    }
    var epochs = new TreeMap<String, Long>();
    for (int left = Bytes.count(in); left > 0; left--) {
      epochs.put(in.readUTF(), in.readLong());
    }
    return new Vote(ballot, new Ledger(fleet, version, members, former, history, epochs));
  }

  private static <T> void all(DataOutputStream out, List<T> values, Writing<T> writing)
      throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writing.write(out, value);
    }
  }

  private static void member(DataOutputStream out, KnownMember member) throws IOException {
    out.writeUTF(member.id());
    out.writeUTF(member.name());
  }

  private static List<KnownMember> members(DataInputStream in) throws IOException {
    var members = new ArrayList<KnownMember>();
    for (int left = Bytes.count(in); left > 0; left--) {
      members.add(new KnownMember(in.readUTF(), in.readUTF()));
    }
    return members;
  }

  static void entry(DataOutputStream out, RevisionEntry entry) throws IOException {
    out.writeLong(entry.number());
    out.writeUTF(entry.author());
    out.writeLong(entry.at().toEpochMilli());
    out.writeUTF(entry.hash());
  }

  static RevisionEntry entry(DataInputStream in) throws IOException {
    return new RevisionEntry(
        in.readLong(), in.readUTF(), Instant.ofEpochMilli(in.readLong()), in.readUTF());
  }
}
