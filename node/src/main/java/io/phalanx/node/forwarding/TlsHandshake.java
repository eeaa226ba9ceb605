package io.phalanx.node.forwarding;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * The handshake on one new connection. What is expensive in it, such as looking at certificates, is
 * done on virtual threads.
 */
final class TlsHandshake {
  /** Told once how it ended, on the I/O thread. */
  interface Ending {
    /**
     * @param protocol what the server chose by ALPN, or nothing
     */
    void established(StreamConnection connection, String protocol);

    /** The connection is closed. */
    void failed(IOException reason);
  }

  private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

  private final ForwardingThread thread;
  private final StreamConnection socket;
  private final Ending ending;
  private final TlsRecords records;
  private boolean over;

  TlsHandshake(ForwardingThread thread, StreamConnection socket, SSLEngine engine, Ending ending) {
    this.thread = thread;
    this.socket = socket;
    this.ending = ending;
    this.records =
        new TlsRecords(
            engine, socket.getSourceChannel(), socket.getSinkChannel(), thread.buffers());
  }

  void start() {
    try {
      socket.getSourceChannel().setReadListener(_ -> advance());
      socket.getSinkChannel().setWriteListener(_ -> advance());
      records.engine().beginHandshake();
      advance();
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void advance() {
    if (over) {
      return;
    }
    try {
      switch (records.handshake()) {
        case READ -> {
          socket.getSinkChannel().suspendWrites();
          socket.getSourceChannel().resumeReads();
        }
        case WRITE -> socket.getSinkChannel().resumeWrites();
        case TASK -> {
          socket.getSourceChannel().suspendReads();
          socket.getSinkChannel().suspendWrites();
          Thread.ofVirtual().name("tls-handshake").start(this::runTasks);
        }
        case DONE -> done();
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void runTasks() {
    try {
      Runnable task = records.engine().getDelegatedTask();
      while (task != null) {
        task.run();
        task = records.engine().getDelegatedTask();
      }
      thread.execute(this::advance);
    } catch (RejectedExecutionException _) {
      // The node has stopped.
    } catch (RuntimeException | Error e) {
      thread.execute(() -> fail(e));
    }
  }

  private void done() {
    String protocol = records.engine().getApplicationProtocol();
    var secure = new TlsConnection(socket, records);
    over = true;
    try {
      ending.established(secure, protocol == null ? "" : protocol);
    } catch (RuntimeException | Error e) {
      LOG.error("a connection to a server was lost", e);
      IoUtils.safeClose(secure);
    }
  }

  private void fail(Throwable e) {
    if (over) {
      return;
    }
    cancel();
    ending.failed(e instanceof IOException io ? io : new IOException(String.valueOf(e), e));
  }

  /** Gives up without telling anyone. */
  void cancel() {
    if (!over) {
      over = true;
      try {
        records.close();
      } finally {
        IoUtils.safeClose(socket);
      }
    }
  }
}
