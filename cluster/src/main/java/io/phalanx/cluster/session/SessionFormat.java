package io.phalanx.cluster.session;

import io.phalanx.cluster.Bytes;
import java.time.Duration;

/**
 * Seats, bids and what became of them as bytes, each behind the number of its format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
public final class SessionFormat {
  private static final Bytes FORMAT = new Bytes("sessions", 1);

  private SessionFormat() {}

  public static byte[] bytes(Seat seat) {
    return FORMAT.write(
        out -> {
          out.writeUTF(seat.place());
          out.writeLong(seat.until());
          out.writeUTF(seat.keeper());
          out.writeLong(seat.at());
        });
  }

  public static Seat seat(byte[] bytes) {
    return FORMAT.read(
        bytes, in -> new Seat(in.readUTF(), in.readLong(), in.readUTF(), in.readLong()));
  }

  public static byte[] bytes(Bid bid) {
    return FORMAT.write(
        out -> {
          out.writeUTF(bid.place());
          out.writeUTF(bid.leaving());
          out.writeBoolean(bid.claimed());
          out.writeLong(bid.expiry().toNanos());
        });
  }

  public static Bid bid(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new Bid(in.readUTF(), in.readUTF(), in.readBoolean(), Duration.ofNanos(in.readLong())));
  }

  /** Of what {@link Seat#bid} gives. */
  public static byte[] bytes(Seating seating) {
    return FORMAT.write(
        out -> {
          switch (seating) {
            case Seating.At(String place, boolean isNew) -> {
              out.writeUTF(place);
              out.writeBoolean(isNew);
            }
            case Seating.Nowhere _ -> out.writeUTF("");
            case Seating.Unavailable unavailable ->
                throw new IllegalArgumentException("nobody to tell that: " + unavailable);
          }
        });
  }

  public static Seating seating(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          String place = in.readUTF();
          return place.isEmpty() ? new Seating.Nowhere() : new Seating.At(place, in.readBoolean());
        });
  }
}
