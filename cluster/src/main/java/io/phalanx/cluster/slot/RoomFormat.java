package io.phalanx.cluster.slot;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.slot.Room.Share;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rooms and claims as bytes, each behind the number of its format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class RoomFormat {
  private static final Bytes FORMAT = new Bytes("slots", 2);

  private RoomFormat() {}

  public static byte[] bytes(Room room) {
    return FORMAT.write(
        out -> {
          out.writeLong(room.amount());
          out.writeUTF(room.keeper());
          out.writeLong(room.at());
          out.writeInt(room.shares().size());
          for (Map.Entry<String, Share> share : room.shares().entrySet()) {
            out.writeUTF(share.getKey());
            out.writeLong(share.getValue().number());
            out.writeLong(share.getValue().slots());
            out.writeLong(share.getValue().until());
          }
        });
  }

  public static Room room(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          long amount = in.readLong();
          String keeper = in.readUTF();
          long at = in.readLong();
          int count = Bytes.count(in);
          var shares = new TreeMap<String, Share>();
          for (int i = 0; i < count; i++) {
            shares.put(in.readUTF(), new Share(in.readLong(), in.readLong(), in.readLong()));
          }
          return new Room(amount, keeper, at, shares);
        });
  }

  /** A claim, and the amount of the room that is made if there is none. */
  public record Wish(long amount, Counted counted, Claim claim) {}

  public static byte[] bytes(Wish wish) {
    Claim claim = wish.claim;
    return FORMAT.write(
        out -> {
          out.writeLong(wish.amount);
          out.writeByte(wish.counted.code());
          out.writeUTF(claim.member());
          out.writeLong(claim.number());
          out.writeLong(claim.used());
          out.writeLong(claim.wanted());
          out.writeLong(claim.spare());
          out.writeLong(claim.term().toNanos());
        });
  }

  public static Wish wish(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new Wish(
                in.readLong(),
                Counted.of(in.readByte()),
                new Claim(
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    Duration.ofNanos(in.readLong()))));
  }

  public static byte[] bytes(long slots) {
    return FORMAT.write(out -> out.writeLong(slots));
  }

  public static long slots(byte[] bytes) {
    return FORMAT.read(bytes, in -> in.readLong());
  }
}
