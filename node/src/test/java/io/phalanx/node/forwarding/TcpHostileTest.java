package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.TcpRig.connect;
import static io.phalanx.node.forwarding.TcpRig.connectTls;
import static io.phalanx.node.forwarding.TcpRig.echo;
import static io.phalanx.node.forwarding.TcpRig.read;
import static io.phalanx.node.forwarding.TcpRig.readToEnd;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of TCP routers that are slow, large or many, and servers that hang. */
class TcpHostileTest {
  private TcpRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new TcpRig();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static String passthrough(ScriptedServer server) {
    return """
    tcp:
      routers: {a: {rule: HostSNI(`a.test`), service: s, tls: {passthrough: true}}}
      services: {s: {loadBalancer: {servers: [%s]}}}
    """
        .formatted(TcpRig.addresses(server));
  }

  private static byte[] hello(String serverName) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(java.util.List.of(new SNIHostName(serverName)));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(1 << 15);
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  /** A ClientHello that is valid but for an extension that nobody knows, of this many bytes. */
  private static byte[] padded(byte[] hello, int more) {
    byte[] message = new byte[hello.length - 5 + 4 + more];
    System.arraycopy(hello, 5, message, 0, hello.length - 5);
    ByteBuffer buffer = ByteBuffer.wrap(message);
    buffer.putInt(0, 1 << 24 | (message.length - 4));
    int at = 4 + 2 + 32;
    at += 1 + message[at];
    at += 2 + buffer.getShort(at);
    at += 1 + message[at];
    buffer.putShort(at, (short) (buffer.getShort(at) + 4 + more));
    buffer.putShort(hello.length - 5, (short) 0xfafa);
    buffer.putShort(hello.length - 3, (short) more);
    var records = new ByteArrayOutputStream();
    for (int from = 0; from < message.length; from += 4000) {
      int length = Math.min(4000, message.length - from);
      records.writeBytes(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
      records.write(message, from, length);
    }
    return records.toByteArray();
  }

  @Test
  void aHelloThatComesByteByByteIsReadWholeAndGoesThroughUnchanged() throws Exception {
    byte[] hello = padded(hello("a.test"), 300);
    try (var server = new ScriptedServer(echo("S"));
        Socket client = connect(rig.serve(passthrough(server)))) {
      OutputStream out = client.getOutputStream();
      for (byte b : hello) {
        out.write(b);
      }
      assertThat(read(client, 1)).isEqualTo("S");
      assertThat(client.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
    }
  }

  @Test
  void aHelloOfSeveralRecordsGoesThroughAndOneThatIsTooLargeIsRefused() throws Exception {
    try (var server = new ScriptedServer(echo("S"))) {
      EntryPoint entryPoint = rig.serve(passthrough(server));
      byte[] large = padded(hello("a.test"), 12_000);
      try (Socket client = connect(entryPoint)) {
        client.getOutputStream().write(large);
        assertThat(read(client, 1)).isEqualTo("S");
        assertThat(client.getInputStream().readNBytes(large.length)).isEqualTo(large);
      }
      try (Socket client = connect(entryPoint)) {
        client.getOutputStream().write(padded(hello("a.test"), 30_000));
        assertThat(readToEnd(client)).hasSizeLessThan(10);
      } catch (IOException _) {
        // Refused before it was sent.
      }
      assertThat(server.connections).hasSize(1);
      eventually(() -> entryPoint.activeExchanges() == 0);
    }
  }

  @Test
  void whoSaysNothingOrHalfAHelloIsClosedInTime() throws Exception {
    try (var server = new ScriptedServer(echo("S"))) {
      EntryPoint entryPoint =
          rig.serve(passthrough(server), Fronts.options(Duration.ofMillis(300)));
      byte[] hello = hello("a.test");
      try (Socket silent = connect(entryPoint);
          Socket half = connect(entryPoint);
          Socket question = connect(entryPoint)) {
        half.getOutputStream().write(hello, 0, hello.length / 2);
        question.getOutputStream().write(new byte[] {0, 0, 0, 8});
        assertThat(readToEnd(silent)).isEmpty();
        assertThat(readToEnd(half)).isEmpty();
        assertThat(readToEnd(question)).isEmpty();
      }
      assertThat(server.connections).isEmpty();
    }
  }

  @Test
  void whatIsSentToAServerThatHangsIsBoundedAndOthersAreServed() throws Exception {
    try (var hanging = new ScriptedServer(ScriptedServer.Connection::readToEnd);
        var well = new ScriptedServer(echo("well"))) {
      String config =
          """
          tcp:
            routers:
              hanging: {rule: ClientIP(`127.0.0.2`), service: hanging}
              well: {rule: HostSNI(`*`), service: well}
            serversTransports: {slow: {dialTimeout: 60s}}
            services:
              hanging: {loadBalancer: {serversTransport: slow,
                servers: [{address: '127.0.0.1:%d', tls: true}]}}
              well: {loadBalancer: {servers: [%s]}}
          """
              .formatted(hanging.port(), TcpRig.addresses(well));
      EntryPoint entryPoint = rig.serve(config);
      var flood = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 2 * ExclusiveConnections.MAX_ATTEMPTS; i++) {
          flood.add(connect(entryPoint, "127.0.0.2"));
        }
        eventually(() -> hanging.connections.size() == ExclusiveConnections.MAX_ATTEMPTS);
        try (Socket client = connect(entryPoint, "127.0.0.3")) {
          assertThat(read(client, 4)).isEqualTo("well");
        }
        assertThat(hanging.connections).hasSize(ExclusiveConnections.MAX_ATTEMPTS);
      } finally {
        for (Socket each : flood) {
          each.close();
        }
      }
    }
  }

  @Test
  void aFloodBeyondTheLimitOfAnAddressReachesNoServer() throws Exception {
    try (var server = new ScriptedServer(echo("in"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {all: {rule: HostSNI(`*`), service: s, middlewares: [few]}}
                middlewares: {few: {inFlightConn: {amount: 3, scope: node}}}
                services: {s: {loadBalancer: {servers: [%s]}}}
              """
                  .formatted(TcpRig.addresses(server)));
      var flood = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 200; i++) {
          flood.add(connect(entryPoint));
        }
        for (Socket each : flood.subList(3, flood.size())) {
          assertThat(readToEnd(each)).isEmpty();
        }
        assertThat(server.connections).hasSize(3);
      } finally {
        for (Socket each : flood) {
          each.close();
        }
      }
      eventually(() -> entryPoint.activeExchanges() == 0);
    }
  }

  @Test
  void whatComesBehindTlsBeforeTheServerIsThereIsKept() throws Exception {
    try (var server = new ScriptedServer(echo("S"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {all: {rule: HostSNI(`*`), service: s, tls: {}}}
                services: {s: {loadBalancer: {servers: [{address: 'localhost:%d'}]}}}
              """
                  .formatted(server.port()));
      try (SSLSocket client = connectTls(entryPoint, "a.test")) {
        byte[] much = new byte[200_000];
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.getOutputStream().write(much);
                  } catch (IOException _) {
                    // The reader finds out.
                  }
                });
        assertThat(read(client, 1)).isEqualTo("S");
        assertThat(client.getInputStream().readNBytes(much.length)).isEqualTo(much);
      }
    }
  }
}
