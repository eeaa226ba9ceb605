package io.phalanx.cluster.side;

import io.phalanx.cluster.Bytes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a member says of itself to one that it sees in its cluster.
 *
 * @param view members of its cluster, itself and the one that asked included
 * @param gone members of which it knows that they ended by themselves
 * @param age nanoseconds for which it has been in this cluster
 * @param merging whether it came from another cluster, and what it counted there is on its way
 * @param informed whether it knows what is said next
 * @param partialFor nanoseconds for which something may be counted elsewhere, or have been lost;
 *     empty: it is not
 * @param begun whether that is so because the cluster began then, without the others
 * @param telling whether it has yet to tell what it remembers on its disk
 * @param together members of which it knows that they had all there was when all were here, and
 *     that nothing of it was lost since; empty if it knows of none
 */
public record Answer(
    Set<Long> view,
    Set<Long> gone,
    long age,
    boolean merging,
    boolean informed,
    OptionalLong partialFor,
    boolean begun,
    boolean telling,
    Set<Long> together) {
  private static final Bytes FORMAT = new Bytes("answers of members", 2);

  public Answer {
    view = Set.copyOf(view);
    gone = Set.copyOf(gone);
    together = Set.copyOf(together);
    if (age < 0 || partialFor.orElse(0) < 0) {
      throw new IllegalArgumentException("an age of " + age + ", partial for " + partialFor);
    }
  }

  public byte[] bytes() {
    return FORMAT.write(
        out -> {
          write(out, view);
          write(out, gone);
          out.writeLong(age);
          out.writeBoolean(merging);
          out.writeBoolean(informed);
          out.writeLong(partialFor.orElse(-1));
          out.writeBoolean(begun);
          out.writeBoolean(telling);
          write(out, together);
        });
  }

  private static void write(DataOutputStream out, Set<Long> members) throws IOException {
    out.writeInt(members.size());
    for (long member : members) {
      out.writeLong(member);
    }
  }

  /**
   * @throws IllegalStateException if the format is one that this release does not know, or if the
   *     bytes are not what was written
   */
  public static Answer of(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new Answer(
                members(in),
                members(in),
                in.readLong(),
                in.readBoolean(),
                in.readBoolean(),
                optional(in.readLong()),
                in.readBoolean(),
                in.readBoolean(),
                members(in)));
  }

  private static OptionalLong optional(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static Set<Long> members(DataInputStream in) throws IOException {
    int count = Bytes.count(in);
    var members = new HashSet<Long>();
    for (int i = 0; i < count; i++) {
      members.add(in.readLong());
    }
    return members;
  }
}
