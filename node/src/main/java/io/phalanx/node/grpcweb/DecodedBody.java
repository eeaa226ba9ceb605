package io.phalanx.node.grpcweb;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.MalformedBodyException;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of a body that is written in base64 (RFC 4648, section 4), decoded where they lie:
 * nothing is held but the bits of a group that is not whole. Groups may be padded anywhere, since a
 * client may write each message by itself; line breaks are skipped, as Traefik does.
 */
final class DecodedBody implements BodySource {
  private static final byte NONE = -1;
  private static final byte PADDING = -2;
  private static final byte SKIPPED = -3;
  private static final int GROUP = 4;
  private static final byte[] VALUES = values();

  private final BodySource from;

  /** Of the group that is begun: the bits that are not given out yet, and its characters so far. */
  private int bits;

  private int characters;
  private boolean padded;

  DecodedBody(BodySource from) {
    this.from = from;
  }

  private static byte[] values() {
    var values = new byte[256];
    Arrays.fill(values, NONE);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    values['='] = PADDING;
    values['\r'] = SKIPPED;
    values['\n'] = SKIPPED;
    return values;
  }

  @Override
  public long length() {
    return from.length() == 0 ? 0 : -1;
  }

  @Override
  public boolean isLeaveAwaited() {
    return from.isLeaveAwaited();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int start = into.position();
    int decoded = 0;
    while (decoded == 0 && into.hasRemaining()) {
      int count = from.read(into);
      if (count < 0) {
        requireWhole();
        return -1;
      }
      if (count == 0) {
        return 0;
      }
      decoded = decode(into, start, count);
      into.position(start + decoded);
    }
    return decoded;
  }

  private void requireWhole() throws MalformedBodyException {
    if (characters > 0) {
      throw new MalformedBodyException("the base64 ends within a group");
    }
  }

  /** Each character gives at most one byte, so that what is written never is ahead of the rest. */
  private int decode(ByteBuffer bytes, int start, int count) throws MalformedBodyException {
    int to = start;
    for (int at = start; at < start + count; at++) {
      byte value = VALUES[bytes.get(at) & 0xff];
      if (value >= 0) {
        if (padded) {
          throw new MalformedBodyException("padding within the base64");
        }
        bits = (bits << 6) | value;
        if (++characters > 1) {
          bytes.put(to++, (byte) (bits >> (2 * (GROUP - characters))));
        }
        endGroup();
      } else if (value == PADDING) {
        pad();
      } else if (value == NONE) {
        throw new MalformedBodyException("a byte that is none of base64");
      }
    }
    return to - start;
  }

  private void pad() throws MalformedBodyException {
    if (characters < 2) {
      throw new MalformedBodyException("padding without base64");
    }
    padded = true;
    characters++;
    endGroup();
  }

  private void endGroup() {
    if (characters == GROUP) {
      characters = 0;
      bits = 0;
      padded = false;
    }
  }

  @Override
  public Trailers trailers() {
    return from.trailers();
  }

  @Override
  public void whenReadable(Runnable ready) {
    from.whenReadable(ready);
  }

  @Override
  public void stopWaiting() {
    from.stopWaiting();
  }
}
