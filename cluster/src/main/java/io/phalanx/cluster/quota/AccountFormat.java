package io.phalanx.cluster.quota;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.quota.Account.Advance;
import io.phalanx.cluster.side.Counted;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Accounts, draws, what came of them, and what members keep on disk as bytes. Each begins with the
 * number of its format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class AccountFormat {
  /** What this release writes, and the only one that it reads. */
  static final int NUMBER = 2;

  private static final Bytes FORMAT = new Bytes("quotas", NUMBER);
  private static final int FIXED = 0;
  private static final int CALENDAR = 1;
  private static final int SLIDING = 2;

  private AccountFormat() {}

  public static byte[] bytes(Account account) {
    return FORMAT.write(
        out -> {
          write(out, account.quota());
          write(out, account.known());
          out.writeInt(account.advances().size());
          for (Map.Entry<String, Advance> advance : account.advances().entrySet()) {
            out.writeUTF(advance.getKey());
            out.writeUTF(advance.getValue().life());
            out.writeLong(advance.getValue().number());
            out.writeLong(advance.getValue().tokens());
            out.writeLong(advance.getValue().more());
            out.writeLong(advance.getValue().granted());
            out.writeLong(advance.getValue().part());
            out.writeLong(advance.getValue().until());
            out.writeBoolean(advance.getValue().divided());
          }
          out.writeInt(account.members().size());
          for (long member : account.members()) {
            out.writeLong(member);
          }
          @Nullable Share share = account.share();
          out.writeBoolean(share != null);
          if (share != null) {
            write(out, share);
          }
        });
  }

  private static void write(DataOutputStream out, Share share) throws IOException {
    out.writeLong(share.free());
    out.writeInt(share.usedByPart().size());
    for (Map.Entry<Long, Long> part : share.usedByPart().entrySet()) {
      out.writeLong(part.getKey());
      out.writeLong(part.getValue());
    }
  }

  private static Share share(DataInputStream in) throws IOException {
    long free = in.readLong();
    var used = new TreeMap<Long, Long>();
    for (int left = Bytes.count(in); left > 0; left--) {
      used.put(in.readLong(), in.readLong());
    }
    return new Share(free, used);
  }

  public static Account account(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          Quota quota = quota(in);
          Known known = known(in);
          var advances = new TreeMap<String, Advance>();
          for (int left = Bytes.count(in); left > 0; left--) {
            advances.put(
                in.readUTF(),
                new Advance(
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readBoolean()));
          }
          var members = new ArrayList<Long>();
          for (int left = Bytes.count(in); left > 0; left--) {
            members.add(in.readLong());
          }
          @Nullable Share share = in.readBoolean() ? share(in) : null;
          return new Account(quota, known, advances, members, share);
        });
  }

  /** A draw, and the quota of the account that is made if there is none. */
  public record Wish(Quota quota, Draw draw) {}

  public static byte[] bytes(Wish wish) {
    Draw draw = wish.draw;
    return FORMAT.write(
        out -> {
          write(out, wish.quota);
          out.writeUTF(draw.member());
          out.writeUTF(draw.life());
          write(out, draw.need());
          out.writeLong(draw.time());
          write(out, draw.known());
        });
  }

  public static Wish wish(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new Wish(
                quota(in),
                new Draw(in.readUTF(), in.readUTF(), need(in), in.readLong(), known(in))));
  }

  private static void write(DataOutputStream out, Need need) throws IOException {
    out.writeLong(need.number());
    out.writeLong(need.answered());
    out.writeLong(need.part());
    out.writeLong(need.unused());
    out.writeLong(need.kept());
    out.writeLong(need.wanted());
    out.writeLong(need.ahead());
  }

  private static Need need(DataInputStream in) throws IOException {
    return new Need(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong());
  }

  public static byte[] bytes(Drawn drawn) {
    return FORMAT.write(
        out -> {
          out.writeLong(drawn.granted());
          out.writeLong(drawn.held());
          out.writeLong(drawn.part());
          out.writeLong(drawn.partEnds().toMillis());
          out.writeLong(drawn.usable().toMillis());
          out.writeLong(drawn.rest());
          out.writeLong(drawn.next().toMillis());
          out.writeLong(drawn.reset().toMillis());
          write(out, drawn.known());
        });
  }

  public static Drawn drawn(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new Drawn(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                Duration.ofMillis(in.readLong()),
                Duration.ofMillis(in.readLong()),
                in.readLong(),
                Duration.ofMillis(in.readLong()),
                Duration.ofMillis(in.readLong()),
                known(in)));
  }

  /** What is kept on disk of one account. */
  record Kept(Quota quota, Known known) {}

  static byte[] bytes(Kept kept) {
    return FORMAT.write(
        out -> {
          write(out, kept.quota);
          write(out, kept.known);
        });
  }

  static Kept kept(byte[] bytes) {
    return FORMAT.read(bytes, in -> new Kept(quota(in), known(in)));
  }

  private static void write(DataOutputStream out, Quota quota) throws IOException {
    out.writeLong(quota.amount());
    out.writeByte(quota.counted().code());
    switch (quota.window()) {
      case Window.Fixed(Duration period) -> {
        out.writeByte(FIXED);
        out.writeLong(period.toMillis());
      }
      case Window.Calendar(Window.Unit unit, ZoneId zone) -> {
        out.writeByte(CALENDAR);
        out.writeUTF(unit.name());
        out.writeUTF(zone.getId());
      }
      case Window.Sliding(Duration period) -> {
        out.writeByte(SLIDING);
        out.writeLong(period.toMillis());
      }
    }
  }

  private static Quota quota(DataInputStream in) throws IOException {
    long amount = in.readLong();
    Counted counted = Counted.of(in.readByte());
    int kind = in.readByte();
    Window window =
        switch (kind) {
          case FIXED -> new Window.Fixed(Duration.ofMillis(in.readLong()));
          case CALENDAR ->
              new Window.Calendar(Window.Unit.valueOf(in.readUTF()), zone(in.readUTF()));
          case SLIDING -> new Window.Sliding(Duration.ofMillis(in.readLong()));
          default -> throw new IOException("a window of kind " + kind);
        };
    return new Quota(amount, window, counted);
  }

  private static ZoneId zone(String id) throws IOException {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException e) {
      throw new IOException("a time zone that is not known here", e);
    }
  }

  private static void write(DataOutputStream out, Known known) throws IOException {
    out.writeLong(known.at());
    write(out, known.parts());
  }

  private static Known known(DataInputStream in) throws IOException {
    return new Known(in.readLong(), parts(in));
  }

  /** Names once, counts in as few bytes as they need. */
  private static void write(DataOutputStream out, List<Part> parts) throws IOException {
    List<String> names =
        parts.stream()
            .flatMap(part -> part.tallies().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    out.writeInt(names.size());
    for (String name : names) {
      out.writeUTF(name);
    }
    out.writeInt(parts.size());
    for (Part part : parts) {
      out.writeLong(part.number());
      writeCount(out, part.tallies().size());
      for (Map.Entry<String, Tally> tally : new TreeMap<>(part.tallies()).entrySet()) {
        writeCount(out, names.indexOf(tally.getKey()));
        writeCount(out, tally.getValue().drawn());
        writeCount(out, tally.getValue().returned());
      }
    }
  }

  private static List<Part> parts(DataInputStream in) throws IOException {
    var names = new ArrayList<String>();
    for (int left = Bytes.count(in); left > 0; left--) {
      names.add(in.readUTF());
    }
    var parts = new ArrayList<Part>();
    for (int left = Bytes.count(in); left > 0; left--) {
      long number = in.readLong();
      var tallies = new TreeMap<String, Tally>();
      for (long more = readCount(in); more > 0; more--) {
        long name = readCount(in);
        if (name >= names.size()) {
          throw new IOException("name " + name + " of " + names.size());
        }
        tallies.put(names.get((int) name), new Tally(readCount(in), readCount(in)));
      }
      parts.add(new Part(number, tallies));
    }
    return parts;
  }

  /** Seven bits a byte, the lowest first; all but the last have the highest bit. */
  private static void writeCount(DataOutputStream out, long count) throws IOException {
    long left = count;
    while (left > 0x7f) {
      out.writeByte((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.writeByte((int) left);
  }

  private static long readCount(DataInputStream in) throws IOException {
    long count = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      int more = in.readUnsignedByte();
      count |= (long) (more & 0x7f) << shift;
      if (more < 0x80) {
        return count;
      }
    }
    throw new IOException("a count without an end");
  }
}
