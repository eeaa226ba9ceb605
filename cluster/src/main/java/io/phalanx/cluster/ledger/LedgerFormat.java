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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is said about the ledger, and what is kept of it, as bytes behind the number of their
 * format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class LedgerFormat {
  private static final int HASH_BYTES = 32;
  private static final String SUBJECT = "what members say of the ledger";

  /** Without documents: written until there are any, for members of earlier releases. */
  private static final Bytes FIRST = new Bytes(SUBJECT, 1);

  private static final Bytes FORMAT = new Bytes(SUBJECT, 2);

  private LedgerFormat() {}

  private interface Writing<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  private static Bytes format(Stream<Optional<Vote>> votes) {
    return votes.flatMap(Optional::stream).allMatch(vote -> vote.ledger().documents().isEmpty())
        ? FIRST
        : FORMAT;
  }

  private static Bytes format(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == FIRST.number() ? FIRST : FORMAT;
  }

  public static byte[] bytes(Acceptor acceptor) {
    Bytes format = format(Stream.of(acceptor.accepted(), acceptor.chosen()));
    return format.write(
        out -> {
          ballot(out, acceptor.promised());
          vote(out, acceptor.accepted(), format);
          vote(out, acceptor.chosen(), format);
        });
  }

  public static Acceptor acceptor(byte[] bytes) {
    Bytes format = format(bytes);
    return format.read(
        bytes, in -> new Acceptor(ballot(in), optionalVote(in, format), optionalVote(in, format)));
  }

  public static byte[] bytes(Request request) {
    Bytes format =
        format(
            switch (request) {
              case Accept(Vote vote) -> Stream.of(Optional.of(vote));
              case Learn(Vote vote) -> Stream.of(Optional.of(vote));
              case Promise _, Look() -> Stream.empty();
            });
    return format.write(
        out -> {
          switch (request) {
            case Promise(Ballot ballot) -> {
              out.writeByte(1);
              ballot(out, ballot);
            }
            case Accept(Vote vote) -> {
              out.writeByte(2);
              vote(out, vote, format);
            }
            case Learn(Vote vote) -> {
              out.writeByte(3);
              vote(out, vote, format);
            }
            case Look() -> out.writeByte(4);
          }
        });
  }

  public static Request request(byte[] bytes) {
    Bytes format = format(bytes);
    return format.read(
        bytes,
        in -> {
          int kind = in.readByte();
          return switch (kind) {
            case 1 -> new Promise(ballot(in));
            case 2 -> new Accept(vote(in, format));
            case 3 -> new Learn(vote(in, format));
            case 4 -> new Look();
            default -> throw new IOException("request " + kind);
          };
        });
  }

  public static byte[] bytes(Reply reply) {
    Bytes format =
        format(
            switch (reply) {
              case Promised(Optional<Vote> accepted, Optional<Vote> chosen) ->
                  Stream.of(accepted, chosen);
              case Known(Optional<Vote> accepted, Optional<Vote> chosen) ->
                  Stream.of(accepted, chosen);
              case Accepted _, Refused _, ContentMissing _ -> Stream.of(reply.chosen());
            });
    return format.write(
        out -> {
          vote(out, reply.chosen(), format);
          switch (reply) {
            case Promised(Optional<Vote> accepted, Optional<Vote> _) -> {
              out.writeByte(1);
              vote(out, accepted, format);
            }
            case Accepted _ -> out.writeByte(2);
            case Refused(Ballot by, Optional<Vote> _) -> {
              out.writeByte(3);
              ballot(out, by);
            }
            case ContentMissing _ -> out.writeByte(4);
            case Known(Optional<Vote> accepted, Optional<Vote> _) -> {
              out.writeByte(5);
              vote(out, accepted, format);
            }
          }
        });
  }

  public static Reply reply(byte[] bytes) {
    Bytes format = format(bytes);
    return format.read(
        bytes,
        in -> {
          Optional<Vote> chosen = optionalVote(in, format);
          int kind = in.readByte();
          return switch (kind) {
            case 1 -> new Promised(optionalVote(in, format), chosen);
            case 2 -> new Accepted(chosen);
            case 3 -> new Refused(ballot(in), chosen);
            case 4 -> new ContentMissing(chosen);
            case 5 -> new Known(optionalVote(in, format), chosen);
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

  private static void vote(DataOutputStream out, Optional<Vote> vote, Bytes format)
      throws IOException {
    out.writeBoolean(vote.isPresent());
    if (vote.isPresent()) {
      vote(out, vote.get(), format);
    }
  }

  private static Optional<Vote> optionalVote(DataInputStream in, Bytes format) throws IOException {
    return in.readBoolean() ? Optional.of(vote(in, format)) : Optional.empty();
  }

  private static void vote(DataOutputStream out, Vote vote, Bytes format) throws IOException {
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
    if (format.equals(FORMAT)) {
      all(
          out,
          List.copyOf(ledger.documents().entrySet()),
          (to, document) -> {
            to.writeUTF(document.getKey());
            to.write(HexFormat.of().parseHex(document.getValue()));
          });
    }
  }

  private static Vote vote(DataInputStream in, Bytes format) throws IOException {
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
    return new Vote(
        ballot,
        new Ledger(
            fleet,
            version,
            members,
            former,
            history,
            epochs,
            format.equals(FORMAT) ? documents(in) : new TreeMap<>()));
  }

  private static SortedMap<String, String> documents(DataInputStream in) throws IOException {
    var documents = new TreeMap<String, String>();
    for (int left = Bytes.count(in); left > 0; left--) {
      documents.put(in.readUTF(), HexFormat.of().formatHex(in.readNBytes(HASH_BYTES)));
    }
    return documents;
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
