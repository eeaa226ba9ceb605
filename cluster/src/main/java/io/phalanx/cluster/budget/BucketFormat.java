package io.phalanx.cluster.budget;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.budget.Bucket.Advance;
import io.phalanx.cluster.budget.Bucket.Counting;
import io.phalanx.cluster.side.Counted;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Buckets, draws and what came of them as bytes. Each begins with the number of its format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class BucketFormat {
  private static final Bytes FORMAT = new Bytes("budgets", 2);

  private BucketFormat() {}

  public static byte[] bytes(Bucket bucket) {
    return FORMAT.write(
        out -> {
          write(out, bucket.limit());
          out.writeUTF(bucket.keeper());
          out.writeLong(bucket.at());
          out.writeLong(bucket.tokens());
          out.writeLong(bucket.parts());
          out.writeInt(bucket.counting().known());
          out.writeInt(bucket.counting().members().length);
          for (long member : bucket.counting().members()) {
            out.writeLong(member);
          }
          out.writeInt(bucket.advances().size());
          for (Map.Entry<String, Advance> advance : bucket.advances().entrySet()) {
            out.writeUTF(advance.getKey());
            out.writeLong(advance.getValue().number());
            out.writeLong(advance.getValue().tokens());
            out.writeLong(advance.getValue().until());
          }
        });
  }

  public static Bucket bucket(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          Limit limit = limit(in);
          String keeper = in.readUTF();
          long at = in.readLong();
          long tokens = in.readLong();
          long parts = in.readLong();
          Counting counting = counting(in);
          int count = Bytes.count(in);
          var advances = new TreeMap<String, Advance>();
          for (int i = 0; i < count; i++) {
            advances.put(in.readUTF(), new Advance(in.readLong(), in.readLong(), in.readLong()));
          }
          return new Bucket(limit, keeper, at, tokens, parts, counting, advances);
        });
  }

  private static Counting counting(DataInputStream in) throws IOException {
    int known = in.readInt();
    long[] members = new long[Bytes.count(in)];
    for (int i = 0; i < members.length; i++) {
      members[i] = in.readLong();
    }
    return new Counting(members, known);
  }

  private static void write(DataOutputStream out, Limit limit) throws IOException {
    out.writeLong(limit.burst());
    out.writeLong(limit.tokens());
    out.writeLong(limit.period().toNanos());
    out.writeByte(limit.counted().code());
  }

  private static Limit limit(DataInputStream in) throws IOException {
    return new Limit(
        in.readLong(), in.readLong(), Duration.ofNanos(in.readLong()), Counted.of(in.readByte()));
  }

  /** A draw, and the limit of the bucket that is made if there is none. */
  public record Wish(Limit limit, Draw draw) {}

  public static byte[] bytes(Wish wish) {
    Draw draw = wish.draw;
    return FORMAT.write(
        out -> {
          write(out, wish.limit);
          out.writeUTF(draw.member());
          out.writeLong(draw.number());
          out.writeLong(draw.unused());
          out.writeLong(draw.wanted());
          out.writeLong(draw.maxDelay().toNanos());
          out.writeLong(draw.ahead());
          out.writeLong(draw.term().toNanos());
        });
  }

  public static Wish wish(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new Wish(
                limit(in),
                new Draw(
                    in.readUTF(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    Duration.ofNanos(in.readLong()),
                    in.readLong(),
                    Duration.ofNanos(in.readLong()))));
  }

  public static byte[] bytes(Drawn drawn) {
    return FORMAT.write(
        out -> {
          out.writeInt(drawn.delays().size());
          for (Duration delay : drawn.delays()) {
            out.writeLong(delay.toNanos());
          }
          out.writeLong(drawn.held());
          out.writeLong(drawn.next().toNanos());
          out.writeLong(drawn.left());
        });
  }

  public static Drawn drawn(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          int count = Bytes.count(in);
          List<Duration> delays = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            delays.add(Duration.ofNanos(in.readLong()));
          }
          return new Drawn(delays, in.readLong(), Duration.ofNanos(in.readLong()), in.readLong());
        });
  }
}
