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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
  private List<Turns> turns;
  private BoundServer server;

  @BeforeEach
  void start() throws IOException {
    worker =
        Xnio.getInstance()
            .createWorker(OptionMap.builder().set(Options.WORKER_IO_THREADS, 2).getMap());
    turns = Turns.of(worker);
    server = new BoundServer(worker, turns, listen(), BoundServerTest::greet);
  }

  private static ServerSocketChannel listen() throws IOException {
    ServerSocketChannel bound = ServerSocketChannel.open();
    bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    return bound;
  }

  /** With another taker. */
  private void restart(Consumer<StreamConnection> taker) throws IOException {
    server.close();
    server = new BoundServer(worker, turns, listen(), taker);
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

  private static void greetWhen(CountDownLatch told, StreamConnection connection) {
    try {
      told.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    greet(connection);
  }

  private List<Socket> connect(int count) throws IOException {
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(connect());
    }
    return clients;
  }

  private Socket connect() throws IOException {
    return connect(InetAddress.getLoopbackAddress());
  }

  private Socket connect(InetAddress from) throws IOException {
    InetSocketAddress address = server.address();
    var socket = new Socket(address.getAddress(), address.getPort(), from, 0);
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
    List<Socket> waiting = connect(50);

    server.stop(1000, Duration.ofSeconds(10));

    for (Socket socket : waiting) {
      assertThat(read(socket)).isEqualTo("taken");
      socket.close();
    }
    assertThatIOException().isThrownBy(this::connect);
  }

  @Test
  void takesNoMoreOfThemThanItIsTold() throws Exception {
    List<Socket> waiting = connect(10);

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

  /** How many had come before the first of them was read from. */
  @Test
  void servesThoseItHasBetweenThoseThatCome() throws Exception {
    var taken = new AtomicInteger();
    var takenAtRead = new CompletableFuture<Integer>();
    restart(
        connection -> {
          taken.incrementAndGet();
          connection.getSourceChannel().setReadListener(_ -> takenAtRead.complete(taken.get()));
          connection.getSourceChannel().resumeReads();
        });
    List<Socket> clients = connect(500);
    for (Socket client : clients) {
      client.getOutputStream().write('a');
    }

    server.start();

    // Two turns of either thread: the one that took the first, and the one after.
    assertThat(takenAtRead.get(10, TimeUnit.SECONDS))
        .isPositive()
        .isLessThanOrEqualTo(4 * Turns.DONE_IN_A_TURN);
    for (Socket client : clients) {
      client.close();
    }
  }

  @Test
  void takesOneOfEachAddressInTurn() throws Exception {
    var goOn = new CountDownLatch(1);
    var taken = new ConcurrentHashMap<Thread, List<String>>();
    restart(
        connection -> {
          taken
              .computeIfAbsent(Thread.currentThread(), _ -> new CopyOnWriteArrayList<>())
              .add(connection.getPeerAddress(InetSocketAddress.class).getHostString());
          greetWhen(goOn, connection);
        });
    List<Socket> clients = connect(200);
    Socket other = connect(InetAddress.getByName("127.0.0.2"));
    server.start();
    // All are accepted: each of two threads has one in hand.
    while (server.waiting() < 199 || taken.size() < 2) {
      Thread.onSpinWait();
    }

    goOn.countDown();

    assertThat(read(other)).isEqualTo("taken");
    for (Socket client : clients) {
      assertThat(read(client)).isEqualTo("taken");
      client.close();
    }
    other.close();
    assertThat(taken.values())
        .as("before it, of those that its thread took")
        .anySatisfy(those -> assertThat(those.indexOf("127.0.0.2")).isBetween(0, 3));
  }

  @Test
  void leavesWhatItCannotTakeToTheSystem() throws Exception {
    var goOn = new CountDownLatch(1);
    restart(connection -> greetWhen(goOn, connection));
    server.start();
    List<Socket> clients = connect(BoundServer.MOST_WAITING + 300);
    while (server.waiting() < BoundServer.MOST_WAITING) {
      Thread.onSpinWait();
    }

    assertThat(server.waiting()).isEqualTo(BoundServer.MOST_WAITING);

    goOn.countDown();
    for (Socket client : clients) {
      assertThat(read(client)).isEqualTo("taken");
      client.close();
    }
    assertThat(server.waiting()).isZero();
  }

  @Test
  void losesNoOtherConnectionWithOneThatFails() throws Exception {
    var failed = new AtomicBoolean();
    restart(
        connection -> {
          if (failed.compareAndSet(false, true)) {
            throw new IllegalStateException("test");
          }
          greet(connection);
        });
    server.start();

    try (Socket first = connect();
        Socket second = connect()) {
      assertThat(List.of(read(first), read(second))).containsExactlyInAnyOrder("", "taken");
    }
  }

  @Test
  void endsWhatNobodyHasTakenWhenItCloses() throws Exception {
    var goOn = new CountDownLatch(1);
    var taking = new CountDownLatch(2);
    restart(
        connection -> {
          taking.countDown();
          greetWhen(goOn, connection);
        });
    server.start();
    List<Socket> clients = connect(10);
    taking.await();

    server.close();
    goOn.countDown();

    int taken = 0;
    for (Socket client : clients) {
      try (client) {
        taken += read(client).equals("taken") ? 1 : 0;
      } catch (IOException _) {
        // It was reset in the system's queue.
      }
    }
    assertThat(taken).isEqualTo(2);
  }
}
