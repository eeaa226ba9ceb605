package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.TestCertificates.Kind;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NativeEngineTest {
  /** As connections with clients have it. */
  private static final int BUFFER = 17 << 10;

  private final MemoryClient clients;

  NativeEngineTest() throws Exception {
    clients = new MemoryClient(SSLContext.getDefault().getProvider());
  }

  private static SSLEngine server(String version) {
    var terms =
        new TlsTerms(
            List.of(version),
            List.of(),
            List.of(),
            List.of(),
            false,
            true,
            ClientCertificates.NONE,
            TlsEngines.fastest(TlsEngines.JSSE));
    SSLEngine engine =
        TestCertificates.server(TestCertificates.of(Kind.P256, "a.test"))
            .context(terms)
            .createSSLEngine();
    engine.setUseClientMode(false);
    terms.apply(engine, terms.offered());
    return engine;
  }

  /** What the client reads of it. */
  private static int received(SSLEngine client, ByteBuffer records) throws SSLException {
    int count = 0;
    SSLEngineResult result;
    do {
      ByteBuffer text = ByteBuffer.allocate(1 << 15);
      result = client.unwrap(records, text);
      count += text.position();
    } while (records.hasRemaining() && result.bytesConsumed() > 0);
    return count;
  }

  /** Session tickets of TLS 1.3 go in front of the first of it. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void nothingIsTakenThatDoesNotGoOut(String version) throws Exception {
    for (int size = 13_000; size < 20_000; size += 125) {
      SSLEngine client = clients.engine("a.test");
      SSLEngine server = server(version);
      MemoryClient.shakeHands(client, server);
      ByteBuffer[] data = {
        ByteBuffer.allocateDirect(size / 2), ByteBuffer.allocateDirect(size - size / 2)
      };
      int came = 0;
      for (int i = 0; i < 4 && (data[0].hasRemaining() || data[1].hasRemaining()); i++) {
        ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
        int before = data[0].remaining() + data[1].remaining();
        SSLEngineResult result = server.wrap(data, 0, 2, out);
        assertThat(result.getStatus()).as("status at %s", size).isEqualTo(Status.OK);
        assertThat(result.bytesConsumed())
            .isEqualTo(i == 0 ? Math.min(size, 16_384) : size - 16_384)
            .isEqualTo(before - data[0].remaining() - data[1].remaining());
        came += received(client, out.flip());
      }
      assertThat(came).isEqualTo(size);
      server.closeInbound();
      server.closeOutbound();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 50, 1000, 1024})
  void whatIsTooLittleForAnythingIsAnOverflow(int room) throws Exception {
    SSLEngine server = server("TLSv1.3");
    MemoryClient.shakeHands(clients.engine("a.test"), server);
    ByteBuffer data = ByteBuffer.allocate(100);

    SSLEngineResult result = server.wrap(data, ByteBuffer.allocate(room));

    assertThat(result.getStatus()).isEqualTo(Status.BUFFER_OVERFLOW);
    assertThat(data.position()).isZero();
  }

  @Test
  void itsLastWordsGoOutWhenItIsClosed() throws Exception {
    SSLEngine client = clients.engine("a.test");
    SSLEngine server = server("TLSv1.3");
    MemoryClient.shakeHands(client, server);
    ByteBuffer out = ByteBuffer.allocate(BUFFER);

    server.closeOutbound();

    assertThat(server.isOutboundDone()).isFalse();
    assertThat(server.wrap(ByteBuffer.allocate(0), out).getStatus()).isEqualTo(Status.CLOSED);
    assertThat(server.isOutboundDone()).isTrue();
    int _ = received(client, out.flip());
    assertThat(client.isInboundDone()).isTrue();
  }

  /** So that a client that still sends is not reset before it has read the last answer. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void whatComesBehindItsOwnEndIsRead(String version) throws Exception {
    SSLEngine client = clients.engine("a.test");
    SSLEngine server = server(version);
    MemoryClient.shakeHands(client, server);
    server.closeOutbound();

    for (int i = 0; i < 3; i++) {
      ByteBuffer record = ByteBuffer.allocate(BUFFER);
      assertThat(client.wrap(ByteBuffer.allocate(100), record).bytesConsumed()).isEqualTo(100);
      SSLEngineResult result = server.unwrap(record.flip(), ByteBuffer.allocate(BUFFER));
      assertThat(result.getStatus()).isEqualTo(Status.OK);
      assertThat(result.bytesProduced()).isEqualTo(100);
    }
    client.closeOutbound();
    ByteBuffer end = ByteBuffer.allocate(BUFFER);
    assertThat(client.wrap(ByteBuffer.allocate(0), end).bytesProduced()).isPositive();
    assertThat(server.unwrap(end.flip(), ByteBuffer.allocate(BUFFER)).getStatus())
        .isEqualTo(Status.CLOSED);
  }

  /** 16 KiB for each connection, idle or not, that are out of the heap's sight. */
  @Test
  void itKeepsNoBufferOfItsOwn() throws Exception {
    SSLEngine server = server("TLSv1.3");
    MemoryClient.shakeHands(clients.engine("a.test"), server);
    ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);

    assertThat(server.wrap(ByteBuffer.allocate(10), out).bytesConsumed()).isEqualTo(10);

    Object engine = held(held(server, "engine"), "delegate");
    assertThat(holds(engine, "lazyDirectBuffer")).isFalse();
    server.closeOutbound();
    assertThat(holds(engine, "lazyDirectBuffer")).isFalse();
  }

  private static boolean holds(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner) != null;
  }

  private static Object held(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return Objects.requireNonNull(field.get(owner));
  }

  @Test
  void whatIsClosedHoldsNoFileDescriptors() throws Exception {
    long before = descriptors();
    for (int i = 0; i < 100; i++) {
      SSLEngine server = server("TLSv1.3");
      MemoryClient.shakeHands(clients.engine("a.test"), server);
      server.closeInbound();
      server.closeOutbound();
    }
    assertThat(descriptors()).isLessThan(before + 50);
  }

  @Test
  void whatAClientClosedHoldsNoFileDescriptors() throws Exception {
    var others = new MemoryClient(Conscrypt.newProvider());
    long before = descriptors();
    for (int i = 0; i < 100; i++) {
      SSLEngine client = others.engine("a.test");
      SSLEngine server = server("TLSv1.3");
      MemoryClient.shakeHands(client, server);
      ByteBuffer end = ByteBuffer.allocate(BUFFER);
      client.closeOutbound();
      assertThat(client.wrap(ByteBuffer.allocate(0), end).bytesProduced()).isPositive();
      client.closeInbound();
      assertThat(server.unwrap(end.flip(), ByteBuffer.allocate(BUFFER)).getStatus())
          .isEqualTo(Status.CLOSED);
    }
    assertThat(descriptors()).isLessThan(before + 50);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }
}
