package io.phalanx.it.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Member 0 calls member 1. */
class CuttingRelayTest {
  private static final int LONG = 10_000;
  private static final int SHORT = 200;

  private CuttingRelay relay;
  private ServerSocket one;

  @BeforeEach
  void listen() throws IOException {
    relay = CuttingRelay.between(3);
    one = new ServerSocket();
    one.bind(address(relay.listens(1)));
    one.setSoTimeout(LONG);
  }

  @AfterEach
  void endAll() throws IOException {
    one.close();
    relay.close();
  }

  private static InetSocketAddress address(String text) {
    int colon = text.indexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private Socket call() throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(address(relay.address(0)).getAddress(), 0));
    socket.connect(address(relay.address(1)));
    return socket;
  }

  private static void say(Socket socket, int what) throws IOException {
    socket.getOutputStream().write(what);
  }

  private static int hear(Socket socket, int timeout) throws IOException {
    socket.setSoTimeout(timeout);
    return socket.getInputStream().read();
  }

  @Test
  void whatIsSaidInSilenceArrivesWhenItIsHealed() throws IOException {
    try (Socket calling = call();
        Socket called = one.accept()) {
      say(calling, 1);
      assertThat(hear(called, LONG)).isEqualTo(1);
      relay.silence(0, 1);
      say(calling, 2);
      say(called, 3);
      assertThatThrownBy(() -> hear(called, SHORT)).isInstanceOf(SocketTimeoutException.class);
      assertThatThrownBy(() -> hear(calling, SHORT)).isInstanceOf(SocketTimeoutException.class);
      calling.shutdownOutput();
      assertThatThrownBy(() -> hear(called, SHORT)).isInstanceOf(SocketTimeoutException.class);

      relay.heal(0, 1);

      assertThat(hear(called, LONG)).isEqualTo(2);
      assertThat(hear(calling, LONG)).isEqualTo(3);
      assertThat(hear(called, LONG)).isEqualTo(-1);
    }
  }

  @Test
  void newConnectionsLeadNowhereWhileThereIsSilence() throws IOException {
    relay.isolate(0);
    one.setSoTimeout(SHORT);
    try (Socket calling = call()) {
      say(calling, 1);
      assertThatThrownBy(() -> one.accept()).isInstanceOf(SocketTimeoutException.class);
      relay.heal();
      one.setSoTimeout(LONG);
      try (Socket called = one.accept()) {
        assertThat(hear(called, LONG)).isEqualTo(1);
      }
    }
  }

  @Test
  void oneWayIsCutAndTheOtherGoesOn() throws IOException {
    try (Socket calling = call();
        Socket called = one.accept()) {
      relay.silenceOneWay(0, 1);
      say(called, 1);
      assertThat(hear(calling, LONG)).isEqualTo(1);
      say(calling, 2);
      assertThatThrownBy(() -> hear(called, SHORT)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void othersDoNotNotice() throws IOException {
    relay.silence(0, 2);
    relay.close(1, 2);
    try (Socket calling = call();
        Socket called = one.accept()) {
      say(calling, 1);
      assertThat(hear(called, LONG)).isEqualTo(1);
    }
  }

  @Test
  void closedConnectionsEndAtBothSidesAndNewOnesAtOnce() throws IOException {
    try (Socket calling = call();
        Socket called = one.accept()) {
      relay.close(1, 0);
      assertEnded(calling);
      assertEnded(called);
      try (Socket again = call()) {
        assertEnded(again);
      }
    }
    relay.heal();
    try (Socket calling = call();
        Socket called = one.accept()) {
      say(called, 1);
      assertThat(hear(calling, LONG)).isEqualTo(1);
    }
  }

  private static void assertEnded(Socket socket) throws IOException {
    try {
      assertThat(hear(socket, LONG)).isEqualTo(-1);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void nobodyAnswersForWhoIsGone() throws IOException {
    relay.gone(1);
    assertThatThrownBy(this::call).isInstanceOf(java.net.ConnectException.class);
    relay.back(1);
    call().close();
  }
}
