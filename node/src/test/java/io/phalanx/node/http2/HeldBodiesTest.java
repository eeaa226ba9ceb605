package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.http2.Side.Seen;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What many connections together leave lying, each within its windows. */
class HeldBodiesTest {
  private static final int STREAM_WINDOW = Http2Options.DEFAULTS.streamWindow();
  private static final int PIECE = 16_384;
  private static final int SMALL = 100;

  /** For as many bodies as there is room. */
  private static final long ROOM = 20;

  private final MemoryBound first = new MemoryBound(ROOM * STREAM_WINDOW / 2, () -> {});
  private final MemoryBound second = new MemoryBound(ROOM * STREAM_WINDOW / 2, () -> {});
  private final Workspace workspace = new Workspace();
  private final List<Side> servers = new ArrayList<>();

  private Side connect() {
    Side server = Side.server(Http2Options.DEFAULTS, first.share(0), second.share(0), workspace);
    server.whenOpened = seen -> seen.reading = false;
    servers.add(server);
    return server;
  }

  private Seen stall(Side server, int id) {
    server.receive(new Raw().head(0, id, Raw.post()));
    for (int sent = 0; sent < STREAM_WINDOW; sent += PIECE) {
      server.receive(new Raw().data(0, id, PIECE));
    }
    return server.stream(id);
  }

  private long held() {
    return first.held() + second.held();
  }

  @Test
  void giveUpTheOneThatLiesForLongestWhereThereIsNoRoom() {
    List<Seen> bodies = new ArrayList<>();
    for (int i = 0; i < 2 * (int) ROOM; i++) {
      bodies.add(stall(connect(), 1));
      assertThat(held()).isLessThanOrEqualTo(ROOM * STREAM_WINDOW);
    }

    for (Seen given : bodies.subList(0, (int) ROOM)) {
      assertThat(given.events).last().isEqualTo("reset ENHANCE_YOUR_CALM");
    }
    for (Seen kept : bodies.subList((int) ROOM, bodies.size())) {
      assertThat(kept.events).hasSize(1);
    }
    Wire.Frame reset = servers.getFirst().frames().getLast();
    assertThat(reset.type).isEqualTo(Frames.RST_STREAM);
    assertThat(reset.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.number());
  }

  @Test
  void keepWhatSomebodyReadsFrom() throws Exception {
    Seen read = stall(connect(), 1);
    Seen idle = stall(connect(), 1);
    for (int i = 0; i < ROOM - 2; i++) {
      stall(connect(), 1);
    }
    assertThat(read.stream.read(ByteBuffer.allocate(SMALL))).isEqualTo(SMALL);
    stall(connect(), 1);

    assertThat(read.events).hasSize(1);
    assertThat(idle.events).last().isEqualTo("reset ENHANCE_YOUR_CALM");
  }

  @Test
  void countSmallPiecesToo() {
    Side server = connect();
    for (int id = 1; id < 200; id += 2) {
      server.receive(new Raw().head(0, id, Raw.post()).data(0, id, SMALL));
    }
    assertThat(held()).isEqualTo(100L * SMALL);
    server.streams.values().forEach(Seen::read);
    assertThat(held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void areForgottenWithTheirStreams(int code) {
    Side server = connect();
    for (int i = 0; i < ROOM; i++) {
      stall(server, 2 * i + 1);
      server.receive(
          new Raw()
              .data(Frames.END_STREAM, 2 * i + 1, 0)
              .number(Frames.RST_STREAM, 2 * i + 1, code));
    }
    assertThat(held()).isZero();
    assertThat(workspace.heldBodies().giveUpOne()).isFalse();
  }
}
