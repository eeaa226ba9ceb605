package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.TcpRig.connect;
import static io.phalanx.node.forwarding.TcpRig.echo;
import static io.phalanx.node.forwarding.TcpRig.read;
import static io.phalanx.node.forwarding.TcpRig.readToEnd;
import static io.phalanx.node.forwarding.TcpRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.activation.Compiled;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.providers.Problem;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which server gets a connection, and what middlewares let through. */
class TcpServicesTest {
  private TcpRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new TcpRig();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void weightedServicesHaveTheirShares() throws Exception {
    try (var big = new ScriptedServer(echo("b"));
        var small = new ScriptedServer(echo("s"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {all: {rule: HostSNI(`*`), service: split}}
                services:
                  split: {weighted: {services: [{name: big, weight: 3}, {name: small},
                    {name: off, weight: 0}]}}
                  big: {loadBalancer: {servers: [%s]}}
                  small: {loadBalancer: {servers: [%s]}}
                  off: {loadBalancer: {servers: []}}
              """
                  .formatted(TcpRig.addresses(big), TcpRig.addresses(small)));
      var names = new ArrayList<String>();
      for (int i = 0; i < 8; i++) {
        try (Socket client = connect(entryPoint)) {
          names.add(read(client, 1));
        }
      }
      assertThat(names).filteredOn("b"::equals).hasSize(6);
      assertThat(names).filteredOn("s"::equals).hasSize(2);
    }
  }

  @Test
  void serversThatAreDownGetNothingUntilTheyAreUpAgain() throws Exception {
    int port;
    try (var nobody = new ServerSocket(0)) {
      port = nobody.getLocalPort();
    }
    try (var well =
            new ScriptedServer(
                connection -> {
                  String first = connection.read(4);
                  connection.send(first.equals("PING") ? "PONG" : "well");
                });
        var ill =
            new ScriptedServer(
                connection -> {
                  connection.read(4);
                  connection.send("ERR!");
                })) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {all: {rule: HostSNI(`*`), service: top}}
                services:
                  top: {weighted: {healthCheck: {}, services: [{name: s}, {name: none}]}}
                  s: {loadBalancer: {healthCheck: {interval: 50ms, timeout: 2s, send: PING,
                    expect: PONG}, servers: [%s, %s]}}
                  none: {loadBalancer: {healthCheck: {interval: 50ms, timeout: 2s},
                    servers: [{address: '127.0.0.1:%d'}]}}
              """
                  .formatted(TcpRig.addresses(well), TcpRig.addresses(ill), port));
      eventually(() -> allWell(entryPoint));
    }
  }

  private static boolean allWell(EntryPoint entryPoint) {
    try {
      for (int i = 0; i < 6; i++) {
        try (Socket client = connect(entryPoint)) {
          send(client, "conn");
          if (!readToEnd(client).equals("well")) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void middlewaresCloseWhatTheyDoNotLetThrough() throws Exception {
    try (var server = new ScriptedServer(echo("in"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {all: {rule: HostSNI(`*`), service: s, middlewares: [office, few]}}
                middlewares:
                  office: {ipAllowList: {sourceRange: [127.0.0.0/30]}}
                  few: {inFlightConn: {amount: 2}}
                services: {s: {loadBalancer: {servers: [%s]}}}
              """
                  .formatted(TcpRig.addresses(server)));
      try (Socket stranger = connect(entryPoint, "127.0.0.9");
          Socket first = connect(entryPoint, "127.0.0.1");
          Socket other = connect(entryPoint, "127.0.0.2")) {
        assertThat(readToEnd(stranger)).isEmpty();
        assertThat(read(first, 2)).isEqualTo("in");
        assertThat(read(other, 2)).isEqualTo("in");
        try (Socket second = connect(entryPoint, "127.0.0.1");
            Socket third = connect(entryPoint, "127.0.0.1")) {
          assertThat(read(second, 2)).isEqualTo("in");
          assertThat(readToEnd(third)).isEmpty();
        }
        eventually(() -> getsIn(entryPoint));
      }
    }
  }

  private static boolean getsIn(EntryPoint entryPoint) {
    try (Socket client = connect(entryPoint, "127.0.0.1")) {
      return read(client, 2).equals("in");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void noServerOrAnAddressWithoutAPortEndsConnections() throws Exception {
    Compiled compiled =
        rig.compile(
            """
            tcp:
              routers: {all: {rule: HostSNI(`*`), service: s}}
              services: {s: {loadBalancer: {servers: [{address: 127.0.0.1}]}}}
            """);
    assertThat(compiled.problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains("tcp.services.s.loadBalancer.servers[0].address", "no port");
    EntryPoint entryPoint =
        rig.serve(
            """
            tcp:
              routers: {all: {rule: HostSNI(`*`), service: s}}
              services: {s: {loadBalancer: {servers: []}}}
            """);
    try (Socket client = connect(entryPoint)) {
      assertThat(readToEnd(client)).isEmpty();
    }
  }
}
