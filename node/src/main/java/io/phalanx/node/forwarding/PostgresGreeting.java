package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.tcp.Postgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.xnio.StreamConnection;

/**
 * Asks a PostgreSQL server for TLS, which its client was promised already. Used on the connection's
 * I/O thread.
 */
final class PostgresGreeting implements Timed {
  private final ForwardingThread thread;
  private final Tunnel server;
  private final Consumer<String> ended;
  private final ByteBuffer question = Postgres.question();
  private final ByteBuffer answer = ByteBuffer.allocate(1);
  private final long end;
  private boolean over;

  /**
   * @param limit nanoseconds for the answer
   * @param ended called once: what is wrong; nothing if the server goes on with TLS
   */
  PostgresGreeting(
      ForwardingThread thread, StreamConnection server, long limit, Consumer<String> ended) {
    this.thread = thread;
    this.server = SocketTunnel.of(server);
    this.ended = ended;
    this.end = thread.now() + limit;
  }

  void start() {
    thread.watch(this);
    goOn();
  }

  private void goOn() {
    if (over) {
      return;
    }
    try {
      if (question.hasRemaining()
          && (server.sink().write(question) == 0 || question.hasRemaining())) {
        server.sink().whenWritable(this::goOn);
        return;
      }
      int read = server.source().read(answer);
      if (read == 0) {
        server.source().whenReadable(this::goOn);
      } else {
        tell(
            read > 0 && answer.get(0) == Postgres.LEAVE
                ? ""
                : "the PostgreSQL server speaks no TLS");
      }
    } catch (IOException e) {
      tell(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void check(long now) {
    if (now - end >= 0) {
      tell("the PostgreSQL server does not say whether it speaks TLS");
    }
  }

  private void tell(String trouble) {
    if (!over) {
      over = true;
      thread.unwatch(this);
      server.source().stopWaiting();
      // Not at once: whoever goes on with the connection has its own listeners.
      thread.execute(() -> ended.accept(trouble));
    }
  }
}
