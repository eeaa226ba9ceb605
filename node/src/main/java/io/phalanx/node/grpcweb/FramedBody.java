package io.phalanx.node.grpcweb;

import io.phalanx.node.exchange.Answer.Field;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body with its trailers in a last frame, where scripts in a browser can read them: a byte whose
 * highest bit is set, the length in four bytes, and lines as in a head of HTTP/1.1, their names in
 * lower case and in order, as Traefik has them. A call that ends without a status gets one in which
 * clients do not see a success; an answer that breaks off has no such frame at all.
 */
final class FramedBody implements BodySink {
  static final HeaderName STATUS = HeaderName.of("grpc-status");
  static final HeaderName MESSAGE = HeaderName.of("grpc-message");

  private static final byte TRAILERS = (byte) 0x80;
  private static final int PREFIX = 5;

  /** UNKNOWN, which a client of gRPC itself makes of that. */
  private static final List<Field> NO_STATUS =
      List.of(new Field(STATUS, "2"), new Field(MESSAGE, "the server sent no grpc-status"));

  private final BodySink to;
  private final boolean statusInHead;
  private Trailers trailers = Trailers.NONE;
  private @Nullable ByteBuffer frame;

  /**
   * @param to opened without a length
   * @param statusInHead whether the client has a status already
   */
  FramedBody(BodySink to, boolean statusInHead) {
    this.to = to;
    this.statusInHead = statusInHead;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return to.write(from);
  }

  @Override
  public void trailers(Trailers following) {
    trailers = following;
  }

  @Override
  public boolean flush() throws IOException {
    return to.flush();
  }

  @Override
  public boolean finish() throws IOException {
    ByteBuffer last = frame;
    if (last == null) {
      // Traefik, too, pads the messages by themselves.
      if (to instanceof EncodedBody encoded && !encoded.pad()) {
        return false;
      }
      last = frame(lines());
      frame = last;
    }
    while (last.hasRemaining()) {
      if (to.write(last) == 0) {
        return false;
      }
    }
    return to.finish();
  }

  private List<Field> lines() {
    var lines = new ArrayList<>(trailers.fields());
    boolean told = statusInHead || lines.stream().anyMatch(field -> field.name().equals(STATUS));
    if (!told) {
      lines.removeIf(field -> field.name().equals(MESSAGE));
      lines.addAll(NO_STATUS);
    }
    lines.sort(Comparator.comparing(Field::name));
    return lines;
  }

  private static ByteBuffer frame(List<Field> lines) {
    if (lines.isEmpty()) {
      return ByteBuffer.allocate(0);
    }
    var text = new StringBuilder();
    for (Field line : lines) {
      text.append(line.name().lowerCase()).append(": ").append(line.value()).append("\r\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(PREFIX + bytes.length)
        .put(TRAILERS)
        .putInt(bytes.length)
        .put(bytes)
        .flip();
  }

  @Override
  public void whenWritable(Runnable ready) {
    to.whenWritable(ready);
  }
}
