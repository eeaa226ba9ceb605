package org.xnio.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

class BoundServerTest {
  private XnioWorker worker;
  private BoundServer server;

  @BeforeEach
  void start() throws IOException {
    worker =
        Xnio.getInstance()
            .createWorker(OptionMap.builder().set(Options.WORKER_IO_THREADS, 2).getMap());
    ServerSocketChannel bound = ServerSocketChannel.open();
    bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server = new BoundServer(worker, bound, OptionMap.EMPTY, BoundServerTest::greet);
  }

  @AfterEach
  void end() {
    server.close();
    worker.shutdownNow();
  }

  private static void greet(StreamConnection connection) {
    assertThat(Thread.currentThread()).isSameAs(connection.getIoThread());
    try {
      connection.getSinkChannel().write(ByteBuffer.wrap("taken".getBytes(StandardCharsets.UTF_8)));
    } catch (IOException _) {
      // The client sees that it is not greeted.
    }
    IoUtils.safeClose(connection);
  }

  private Socket connect() throws IOException {
    var socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void givesEachConnectionToItsTaker() throws IOException {
    server.start();

    for (int i = 0; i < 10; i++) {
      try (Socket socket = connect()) {
        assertThat(read(socket)).isEqualTo("taken");
      }
    }
  }

  @Test
  void takesWhatTheSystemHasAcceptedBeforeItStops() throws Exception {
    // It has not started, so that all of them wait in the system's queue.
    List<Socket> waiting = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      waiting.add(connect());
    }

    server.stop(1000, Duration.ofSeconds(10));

    for (Socket socket : waiting) {
      assertThat(read(socket)).isEqualTo("taken");
      socket.close();
    }
    assertThatIOException().isThrownBy(this::connect);
  }

  @Test
  void takesNoMoreOfThemThanItIsTold() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(connect());
    }

    server.stop(7, Duration.ofSeconds(10));

    int taken = 0;
    for (Socket socket : waiting) {
      try (socket) {
        taken += read(socket).equals("taken") ? 1 : 0;
      } catch (IOException _) {
        // It was reset.
      }
    }
    assertThat(taken).isEqualTo(7);
  }
}
