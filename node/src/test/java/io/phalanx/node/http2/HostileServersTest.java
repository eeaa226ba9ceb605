package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.http2.Side.Seen;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server may not send, or not that often, and what it may: its connection is shared by
 * requests that have nothing to do with each other.
 */
class HostileServersTest {
  private final Side client = client();

  static Side client() {
    Side client = Side.client(Http2Options.DEFAULTS);
    client.receive(new Raw().frame(Frames.SETTINGS, 0, 0).frame(Frames.SETTINGS, Frames.ACK, 0));
    client.wire.bytes();
    return client;
  }

  private Seen get() {
    return get(client);
  }

  private static Seen get(Side client) {
    HeadWriter head = client.connection.newHead().request("GET", "http", "a.test", "/");
    Seen asked = client.open(head, true);
    client.connection.flush();
    return asked;
  }

  /** A server may go on with what was cancelled long ago: others share the connection. */
  @Test
  void ignoreWhatAServerSendsOnStreamsThatAreOver() {
    for (int i = 0; i < 1000; i++) {
      Seen asked = get();
      if (i == 500) {
        client.receive(new Raw().head(Frames.END_STREAM, asked.stream.id(), ":status: 204"));
      } else {
        asked.stream.reset(ErrorCode.CANCEL);
      }
    }
    Seen bystander = get();
    client.frames();

    byte[] indexed = {0x40, 1, 'x', 1, 'y'};
    client.receive(
        new Raw()
            .frame(Frames.HEADERS, Frames.END_HEADERS, 1, indexed)
            .data(0, 1, 100)
            .data(0, 3, 100)
            .data(Frames.END_STREAM, 1001, 100)
            .head(Frames.END_STREAM, 3, "x-sum: 1")
            .head(Frames.END_STREAM, 1001, "x-sum: 1")
            .number(Frames.RST_STREAM, 5, 8)
            .number(Frames.WINDOW_UPDATE, 7, 1));
    assertThat(client.frames()).isEmpty();
    client.receive(
        new Raw()
            .frame(
                Frames.HEADERS,
                Frames.END_HEADERS | Frames.END_STREAM,
                bystander.stream.id(),
                (byte) 0x89,
                (byte) 0xbe));

    assertThat(client.events).isEmpty();
    assertThat(bystander.events).containsExactly("answered 204, X=y", "end");
  }

  /** What is ignored is no body that holds up the window of the connection. */
  @Test
  void giveTheWindowBackForWhatIsIgnored() {
    get().stream.reset(ErrorCode.CANCEL);
    int window = Http2Options.DEFAULTS.connectionWindow();

    for (int sent = 0; sent < 3 * window; sent += 16_384) {
      client.receive(new Raw().data(0, 1, 16_384));
    }

    assertThat(client.events).isEmpty();
  }

  @Test
  void endFloodsOfHeadsThatAreIgnored() {
    get().stream.reset(ErrorCode.CANCEL);
    int limit = Http2Options.DEFAULTS.maxIdleFrames();

    for (int i = 0; i < 2 * limit; i++) {
      client.receive(new Raw().head(0, 1, "x: y"));
    }

    assertThat(client.events).containsExactly("ended ENHANCE_YOUR_CALM");
  }

  @Test
  void endAConnectionWithFramesOnStreamsThatWereNeverOpened() {
    for (Raw raw : List.of(new Raw().data(0, 3, 1), new Raw().head(4, 3, ":status: 200"))) {
      Side fresh = client();
      get(fresh);
      fresh.receive(raw);

      assertThat(fresh.events).containsExactly("ended PROTOCOL_ERROR");
    }
  }

  /** One path that is always answered so must not end what others ask for. */
  @Test
  void letTheServerResetWhatItIsAsked() {
    for (int i = 0; i < 5 * Http2Options.DEFAULTS.maxResets(); i++) {
      Seen asked = get();
      client.receive(new Raw().number(Frames.RST_STREAM, asked.stream.id(), 2));
      assertThat(asked.events).containsExactly("reset by peer INTERNAL_ERROR");
    }

    assertThat(client.events).isEmpty();
  }

  @Test
  void letTheServerAnswerMalformed() {
    for (int i = 0; i < 5 * Http2Options.DEFAULTS.maxResets(); i++) {
      Seen asked = get();
      client.receive(new Raw().head(Frames.END_STREAM, asked.stream.id(), ":status: 99"));
      assertThat(asked.events).containsExactly("reset PROTOCOL_ERROR");
    }

    assertThat(client.events).isEmpty();
  }

  static Stream<Raw> floods() {
    return Stream.of(
        new Raw().frame(Frames.SETTINGS, 0, 0),
        new Raw().frame(Frames.PING, 0, 0, new byte[8]),
        new Raw().frame(Frames.PRIORITY, 0, 1, new byte[5]),
        new Raw().frame(Frames.PRIORITY, 0, 1, new byte[4]),
        new Raw().number(Frames.WINDOW_UPDATE, 0, 1),
        new Raw().number(Frames.RST_STREAM, 1, 8),
        new Raw().frame(Frames.DATA, 0, 1),
        new Raw().frame(Frames.DATA, 0, 3),
        new Raw().frame(0x77, 0, 1));
  }

  @ParameterizedTest
  @MethodSource("floods")
  void endFloodsOfFramesThatCarryNothing(Raw frame) {
    get().stream.reset(ErrorCode.CANCEL);
    client.receive(new Raw().head(0, get().stream.id(), ":status: 200"));
    byte[] bytes = frame.bytes();

    for (int i = 0; i < 2 * Http2Options.DEFAULTS.maxIdleFrames(); i++) {
      client.receive(bytes);
    }

    assertThat(client.events).containsExactly("ended ENHANCE_YOUR_CALM");
  }

  private Seen connect(String status) {
    HeadWriter head = client.connection.newHead().request("CONNECT", "http", "a.test", "/");
    Seen asked = client.open(head.protocol("websocket"), false);
    client.receive(new Raw().head(0, asked.stream.id(), status).data(0, asked.stream.id(), 1));
    client.frames();
    return asked;
  }

  /** RFC 9113, section 8.5: within a tunnel there is DATA only. */
  @Test
  void resetATunnelThatEndsWithTrailers() {
    Seen tunnel = connect(":status: 200");

    client.receive(new Raw().head(Frames.END_STREAM, tunnel.stream.id(), "x-sum: 1"));

    assertThat(tunnel.events).containsExactly("answered 200", "reset PROTOCOL_ERROR");
    assertThat(client.frames())
        .singleElement()
        .matches(frame -> frame.type == Frames.RST_STREAM && frame.code() == 1);
  }

  @Test
  void takeTrailersOfWhoRefusesATunnel() {
    Seen refused = connect(":status: 404");

    client.receive(new Raw().head(Frames.END_STREAM, refused.stream.id(), "x-sum: 1"));

    assertThat(refused.events).containsExactly("answered 404", "end X-Sum=1");
  }
}
