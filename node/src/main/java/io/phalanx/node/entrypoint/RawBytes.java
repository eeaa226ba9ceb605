package io.phalanx.node.entrypoint;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes of a connection as they come, first those that were read too far before. */
final class RawBytes {
  private RawBytes() {}

  /** Returns the number of bytes, 0 if there are none now, -1 at the end. */
  static int read(HttpServerConnection connection, ByteBuffer into) throws IOException {
    @Nullable PooledByteBuffer extra = connection.getExtraBytes();
    if (extra == null) {
      return connection.getOriginalSourceConduit().read(into);
    }
    ByteBuffer there = extra.getBuffer();
    int length = Math.min(there.remaining(), into.remaining());
    into.put(into.position(), there, there.position(), length);
    into.position(into.position() + length);
    there.position(there.position() + length);
    if (!there.hasRemaining()) {
      connection.setExtraBytes(null);
      extra.close();
    }
    return length;
  }
}
