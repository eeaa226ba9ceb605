package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Exchange;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An entry point for which no memory is left beside the heap. */
class ShortOfBuffersTest {
  private static final int CLIENTS = 3 * Workers.RESERVED_PER_THREAD;
  private static final String LAST = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  private static final String WAITS = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\nG";

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ScarcePool pool = new ScarcePool();
  private final Rig.Options options = new Rig.Options();

  /** Finds no memory while the test says so. */
  private static final class ScarcePool implements ByteBufferPool {
    private final ByteBufferPool pool = new DefaultByteBufferPool(true, 16 << 10);
    private volatile boolean empty;

    @Override
    public PooledByteBuffer allocate() {
      if (empty) {
        throw new OutOfMemoryError("Cannot reserve 16384 bytes of direct buffer memory");
      }
      return pool.allocate();
    }

    @Override
    public ByteBufferPool getArrayBackedPool() {
      return pool.getArrayBackedPool();
    }

    @Override
    public int getBufferSize() {
      return pool.getBufferSize();
    }

    @Override
    public boolean isDirect() {
      return pool.isDirect();
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  @BeforeEach
  void start() {
    options.buffers = pool;
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void stop() {
    root.detachAppender(log);
  }

  private static void answerUnlessItWaits(Exchange exchange) {
    if (exchange.request().path().equals("/wait")) {
      exchange.suspend();
    } else {
      Rig.answerWithTheRequestLine(exchange);
    }
  }

  @Test
  void servesWithItsReserveHoweverManyWait() throws Exception {
    var clients = new ArrayList<Client>();
    try (var rig = new Rig(options, ShortOfBuffersTest::answerUnlessItWaits)) {
      pool.empty = true;
      for (int i = 0; i < CLIENTS; i++) {
        Client client = rig.connect();
        clients.add(client);
        client.send(WAITS);
        rig.nextSeen();
      }

      assertThat(rig.exchange(LAST)).startsWith("HTTP/1.1 200 ");
      assertThat(List.copyOf(log.list)).noneMatch(line -> line.getLevel() == Level.ERROR);
    } finally {
      for (Client client : clients) {
        client.close();
      }
    }
  }

  @Test
  void closesConnectionsThatFindNothingInReserveSaysItOnceAndGoesOn() throws IOException {
    try (var rig = new Rig(options)) {
      pool.empty = true;
      var reserve = new ArrayList<PooledByteBuffer>();
      for (int i = 0; i < Workers.RESERVED_PER_THREAD; i++) {
        reserve.add(rig.workers.buffers().allocate());
      }
      for (int i = 0; i < 3; i++) {
        assertThat(rig.exchange(LAST)).isEmpty();
      }
      assertThat(List.copyOf(log.list))
          .noneMatch(line -> line.getLevel() == Level.ERROR)
          .filteredOn(line -> line.getLevel() == Level.WARN)
          .hasSize(1);

      reserve.forEach(PooledByteBuffer::close);

      assertThat(rig.exchange(LAST)).startsWith("HTTP/1.1 200 ");
    }
  }
}
