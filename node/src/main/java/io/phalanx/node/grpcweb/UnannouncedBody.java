package io.phalanx.node.grpcweb;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A body whose length is not told: calls of gRPC are streams, and Traefik sends them as such. */
record UnannouncedBody(BodySource from) implements BodySource {
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
    return from.read(into);
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
