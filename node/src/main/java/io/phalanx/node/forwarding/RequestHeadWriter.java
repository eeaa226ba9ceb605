package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.RequestHead;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Writes the head of a request as a server gets it (RFC 9112), into an array that is used again for
 * the next one. Its lines are {@link RequestLines}. Belongs to one I/O thread.
 */
final class RequestHeadWriter implements BiConsumer<String, String> {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int FIRST_SIZE = 16 * 1024;
  private static final int LARGEST_KEPT = 64 * 1024;

  private final RequestLines lines = new RequestLines(this);
  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  /** The array that holds the head; valid until the next {@link #write}. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Writes the head for {@code call}.
   *
   * @param bodyLength as {@link io.phalanx.node.exchange.BodySource#length}
   * @return its length in {@link #bytes}
   * @throws IllegalArgumentException if something in it would break the message apart
   */
  int write(Call call, long bodyLength) {
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[FIRST_SIZE];
    }
    length = 0;
    RequestHead request = call.exchange().request();
    requestLine(call, request);
    boolean ownHost = !call.target().passHost() || request.host().isEmpty();
    line("Host", ownHost ? call.server().authority() : request.host());
    lines.tell(request, bodyLength);
    if (!request.upgrade().isEmpty()) {
      line("Connection", "Upgrade");
      line("Upgrade", request.upgrade());
    }
    framing(request.method(), bodyLength);
    put('\r', '\n');
    return length;
  }

  private void requestLine(Call call, RequestHead request) {
    visible(request.method());
    put(' ');
    String path = request.path();
    if (!path.equals("*")) {
      if (call.target().preservePath()) {
        visible(call.server().pathPrefix());
      }
      if (!path.startsWith("/")) {
        put('/');
      }
    }
    visible(path);
    if (request.hasQuery()) {
      put('?');
      visible(request.query());
    }
    text(" HTTP/1.1");
    put('\r', '\n');
  }

  private void framing(String method, long bodyLength) {
    if (bodyLength > 0) {
      line("Content-Length", Long.toString(bodyLength));
    } else if (bodyLength < 0) {
      line("Transfer-Encoding", "chunked");
    } else if (method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
      line("Content-Length", "0");
    }
  }

  /** One line, as {@link RequestLines} tell it. */
  @Override
  public void accept(String name, String value) {
    line(name, value);
  }

  private void line(String name, String value) {
    text(name);
    put(':', ' ');
    text(value);
    put('\r', '\n');
  }

  private void put(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  private void put(char first, char second) {
    room(2);
    bytes[length++] = (byte) first;
    bytes[length++] = (byte) second;
  }

  private void text(String text) {
    int size = text.length();
    room(size);
    if (size < Long.BYTES) {
      slowly(text);
      return;
    }
    // As many bytes as characters means that all of them are ASCII, which costs no look at each.
    byte[] ascii = text.getBytes(StandardCharsets.UTF_8);
    if (ascii.length != size || holdsControls(ascii)) {
      slowly(text);
      return;
    }
    System.arraycopy(ascii, 0, bytes, length, size);
    length += size;
  }

  /** Whether any byte is below 0x0e; looks at eight at once, the last ones perhaps twice. */
  private static boolean holdsControls(byte[] ascii) {
    int last = ascii.length - Long.BYTES;
    long found = below14((long) EIGHT_BYTES.get(ascii, last));
    for (int i = 0; i < last; i += Long.BYTES) {
      found |= below14((long) EIGHT_BYTES.get(ascii, i));
    }
    return found != 0;
  }

  private static long below14(long eight) {
    return (eight - 0x0e0e0e0e0e0e0e0eL) & ~eight & 0x8080808080808080L;
  }

  private void slowly(String text) {
    int size = text.length();
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < size; i++) {
      char c = text.charAt(i);
      if ((c <= '\r' && (c == '\r' || c == '\n' || c == 0)) || c > 0xff) {
        throw new IllegalArgumentException("a header line holds a character that may not be sent");
      }
      to[at + i] = (byte) c;
    }
    length = at + size;
  }

  /** A part of the request line: nothing in it may end it. */
  private void visible(String text) {
    int size = text.length();
    room(size);
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < size; i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "the request line holds a character that may not be sent");
      }
      to[at + i] = (byte) c;
    }
    length = at + size;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
