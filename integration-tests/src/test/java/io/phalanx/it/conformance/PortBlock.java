package io.phalanx.it.conformance;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * Ports on loopback, each handed out once before any comes again. They are below those that the
 * system hands out, and another run on this machine does not get the same: a run takes a block of
 * ports for itself by listening on the first one until it ends.
 */
final class PortBlock {
  private static final int FIRST = 20_000;
  private static final int BLOCK = 1_500;
  private static final int BLOCKS = 8;

  private @Nullable ServerSocket guard;
  private int next;

  /** A port on which nothing listens. */
  synchronized int next() throws IOException {
    int first = block();
    for (int tried = 1; tried < BLOCK; tried++) {
      next = next % (BLOCK - 1) + 1;
      try (var _ = listen(first + next)) {
        return first + next;
      } catch (BindException _) {
        // Someone has it.
      }
    }
    throw new IOException("no port is free from " + first + " to " + (first + BLOCK - 1));
  }

  private int block() throws IOException {
    for (int block = 0; guard == null && block < BLOCKS; block++) {
      try {
        guard = listen(FIRST + block * BLOCK);
      } catch (BindException _) {
        // Another run's.
      }
    }
    if (guard == null) {
      throw new IOException("all blocks of ports are taken by other runs");
    }
    return guard.getLocalPort();
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
