package io.phalanx.cluster.hazelcast;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What somebody without the key may send to the member port: none gets in, each is in the log. */
class StrangersTest {
  private static final int LONG = 20_000;

  @TempDir private Path disks;

  private final FleetKey key = FleetKey.generate();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger hazelcast = (Logger) LoggerFactory.getLogger("com.hazelcast");
  private final Level before = hazelcast.getLevel();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private HostPort address;
  private HazelcastFleet member;

  @BeforeEach
  void startAMember() throws Exception {
    log.list = new CopyOnWriteArrayList<>();
    address = address();
    member = start(address, address);
    hazelcast.setLevel(Level.WARN); // As a node has it.
    log.start();
    root.addAppender(log);
  }

  private static HostPort address() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", socket.getLocalPort());
    }
  }

  private HazelcastFleet start(HostPort own, HostPort join) throws Exception {
    boolean first = own.equals(join);
    return HazelcastFleet.start(
        new FleetSettings(
            "test",
            own,
            own,
            first ? List.of() : List.of(join),
            first,
            List.of(key),
            disks.resolve(Integer.toString(own.port()))),
        InstantSource.system());
  }

  @AfterEach
  void endAll() {
    root.detachAppender(log);
    hazelcast.setLevel(before);
    member.terminate();
  }

  private int stranger;
  private int gone = -1;

  /** Sends it, and waits until the connection is ended by the member. Returns what came back. */
  private byte[] send(byte[] bytes) throws IOException {
    try (Socket socket = new Socket(address.host(), address.port())) {
      stranger = socket.getLocalPort();
      socket.setSoTimeout(LONG);
      try {
        socket.getOutputStream().write(bytes);
        return socket.getInputStream().readAllBytes();
      } catch (SocketException _) {
        return new byte[0];
      }
    }
  }

  private void assertRefusedWithOneLine() throws InterruptedException {
    Eventually.holds("a line in the log", () -> !warnings().isEmpty());
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("closed a connection between members, with ", "did not show the fleet key: ");
    assertThat(log.list)
        .filteredOn(this::isAboutTheStranger)
        .allMatch(event -> event.getThrowableProxy() == null);
    assertThat(member.members()).hasSize(1);
  }

  /** The end of a member that was here before may be told of late. */
  private boolean isAboutTheStranger(ILoggingEvent event) {
    String said = described(event);
    boolean namesAConnection = said.contains("Connection[") || said.contains(", with /");
    return !said.contains("]:" + gone)
        && (!namesAConnection || said.contains(":" + stranger + ","));
  }

  private static String described(ILoggingEvent event) {
    String text = event.getLoggerName() + ' ' + event.getFormattedMessage();
    return event.getThrowableProxy() == null
        ? text
        : text + " because of " + ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  private List<String> warnings() {
    return List.copyOf(log.list).stream()
        .filter(this::isAboutTheStranger)
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(StrangersTest::described)
        .toList();
  }

  @Test
  void aPlainClientLeavesOneLine() throws Exception {
    byte[] _ = send("HZC and what a member without TLS would say next".getBytes(US_ASCII));
    assertRefusedWithOneLine();
  }

  /** Undone by whoever reads it back, as gadgets are. */
  private static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;
    private static final AtomicBoolean RUN = new AtomicBoolean();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      RUN.set(true);
    }
  }

  @Test
  void aSerialisedObjectIsNotReadAndLeavesOneLine() throws Exception {
    var serialised = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(serialised)) {
      out.writeObject(new Gadget());
    }
    byte[] _ = send(serialised.toByteArray());
    assertRefusedWithOneLine();
    log.list.clear();

    // As Hazelcast frames what is sent to it: version, flags, partition, size.
    byte[] object = serialised.toByteArray();
    ByteBuffer packet = ByteBuffer.allocate(3 + 11 + 8 + object.length);
    packet.put("HZC".getBytes(US_ASCII)).put((byte) 4).putChar((char) 0).putInt(-1);
    packet.putInt(8 + object.length).putInt(0).putInt(-100).put(object);
    byte[] _ = send(packet.array());
    assertRefusedWithOneLine();
    assertThat(Gadget.RUN).isFalse();
  }

  /** All that a real member said when it joined, recorded on the way. */
  private byte[] recordedJoin() throws Exception {
    var said = new CopyOnWriteArrayList<ByteArrayOutputStream>();
    var sockets = new CopyOnWriteArrayList<Socket>();
    Thread relay;
    HostPort way = address();
    try (var listening = new ServerSocket(way.port(), 8, InetAddress.getLoopbackAddress())) {
      relay = Thread.ofVirtual().start(() -> relay(listening, said, sockets));
      HostPort own = address();
      HazelcastFleet joining =
          HazelcastFleet.start(
              new FleetSettings(
                  "test",
                  own,
                  own,
                  List.of(way),
                  false,
                  List.of(key),
                  disks.resolve(Integer.toString(own.port()))),
              InstantSource.system());
      Eventually.holds("two members", () -> member.members().size() == 2);
      joining.terminate();
      gone = own.port();
    }
    relay.join();
    // The member would tell of one that was only tried when its time is over.
    for (Socket socket : sockets) {
      socket.close();
    }
    Eventually.holds("one member", () -> member.members().size() == 1);
    // Beside it there are connections that were only tried.
    return said.stream()
        .map(ByteArrayOutputStream::toByteArray)
        .max(Comparator.comparingInt(bytes -> bytes.length))
        .orElseThrow();
  }

  private void relay(
      ServerSocket listening, List<ByteArrayOutputStream> said, List<Socket> sockets) {
    try {
      while (true) {
        Socket calling = listening.accept();
        sockets.add(calling);
        Socket called = new Socket(address.host(), address.port());
        sockets.add(called);
        var record = new ByteArrayOutputStream();
        said.add(record);
        Thread.ofVirtual().start(() -> pass(calling, called, record));
        Thread.ofVirtual().start(() -> pass(called, calling, new ByteArrayOutputStream()));
      }
    } catch (IOException _) {
      // No more.
    }
  }

  private static void pass(Socket from, Socket to, ByteArrayOutputStream said) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 14];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        said.write(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    } catch (SocketException _) {
      // The other end is gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aJoinThatIsSentAgainLetsNobodyIn() throws Exception {
    byte[] join = recordedJoin();
    assertThat(join).hasSizeGreaterThan(2000);
    log.list.clear();

    byte[] _ = send(join);

    assertRefusedWithOneLine();
  }
}
