package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.Downgrades.HIDDEN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.H2;
import io.phalanx.node.entrypoint.H2.Frame;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import io.phalanx.node.forwarding.Downgrades.Row;
import io.phalanx.node.forwarding.RecordingServer.Protocol;
import io.phalanx.node.forwarding.RecordingServer.Request;
import io.phalanx.node.hpack.FieldNames;
import io.phalanx.node.hpack.HpackDecoder;
import io.phalanx.node.hpack.HpackException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What HTTP/2 can say and HTTP/1.1 cannot, sent as raw frames, and looked at where it would do
 * harm: at servers that speak HTTP/1.1 and such that speak HTTP/2. Behind each row there is a
 * request that is well, by a connection of its own: it must be the only one that is whole.
 */
class DowngradeSmugglingTest {
  private static final String GOOD = "/good";

  private static Workers workers;
  private static HttpForwarder forwarder;
  private static EntryPoint entryPoint;
  private static volatile URI server = URI.create("http://127.0.0.1");

  @BeforeAll
  static void start() throws IOException {
    workers = Workers.start(1);
    forwarder = new HttpForwarder();
    var transport = forwarder.transport(TransportOptions.standard());
    entryPoint =
        EntryPoint.open(
            workers,
            Fronts.options(),
            exchange -> forwarder.forward(exchange, new Target(server, true, false, transport)),
            List.of(),
            Fronts::tls);
  }

  @AfterAll
  static void end() {
    entryPoint.close();
    forwarder.close();
    workers.close();
  }

  private static Stream<Arguments> to(Stream<Row> rows, Protocol... protocols) {
    return rows.flatMap(row -> Stream.of(protocols).map(protocol -> Arguments.of(row, protocol)));
  }

  static Stream<Arguments> unclearHeads() {
    return to(Downgrades.unclearHeads(), Protocol.values());
  }

  static Stream<Arguments> unclearBodies() {
    return to(DowngradedBodies.unclearBodies(), Protocol.values());
  }

  static Stream<Arguments> clearRequests() {
    return to(DowngradedBodies.clearRequests(), Protocol.values());
  }

  static Stream<Arguments> moreThanRequests() {
    return to(DowngradedBodies.moreThanRequests(), Protocol.values());
  }

  @Test
  void hasRowsEnough() {
    assertThat(Downgrades.unclearHeads().map(Row::name))
        .hasSizeGreaterThan(80)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("unclearHeads")
  void givesAServerNoByteOfAnUnclearHead(Row row, Protocol protocol) throws Exception {
    try (var recording = new RecordingServer(protocol)) {
      List<Request> got = after(row, recording, false);

      assertThat(got).hasSize(1);
    }
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("unclearBodies")
  void givesAServerNoEndOfAnUnclearBody(Row row, Protocol protocol) throws Exception {
    try (var recording = new RecordingServer(protocol)) {
      List<Request> got = after(row, recording, false);

      assertThat(got).hasSizeLessThanOrEqualTo(2);
      assertThat(got).filteredOn(Request::whole).hasSize(1);
    }
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("unclearBodies")
  void givesAServerNoEndOfABodyThatBecomesUnclear(Row row, Protocol protocol) throws Exception {
    try (var recording = new RecordingServer(protocol)) {
      List<Request> got = after(row, recording, true);

      assertThat(got).hasSize(2);
      assertThat(got).filteredOn(Request::whole).hasSize(1);
    }
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("clearRequests")
  void makesOneRequestOfOne(Row row, Protocol protocol) throws Exception {
    try (var recording = new RecordingServer(protocol)) {
      server = recording.url();
      send(row, recording, false, 200);
      sendGood();

      List<Request> got = recording.all();
      assertThat(got).hasSize(2).allMatch(Request::whole);
      assertThat(got.getFirst().head()).contains("/unclear");
      assertThat(got).noneMatch(request -> (request.head() + request.trailers()).contains(HIDDEN));
    }
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("moreThanRequests")
  void givesAServerNothingBehindTheEnd(Row row, Protocol protocol) throws Exception {
    try (var recording = new RecordingServer(protocol)) {
      server = recording.url();
      try (H2 client = connect()) {
        client.send((row.begin() + row.rest()).getBytes(ISO_8859_1));
        assertThat(answers(client)).isSubsetOf(200);
      }
      sendGood();

      List<Request> got = recording.all();
      assertThat(got).hasSizeLessThanOrEqualTo(2);
      assertThat(got).noneMatch(request -> request.toString().contains(HIDDEN));
    }
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("moreThanRequests")
  void givesAServerNothingThatComesLater(Row row, Protocol protocol) throws Exception {
    try (var recording = new RecordingServer(protocol)) {
      server = recording.url();
      try (H2 client = connect()) {
        client.send(row.begin().getBytes(ISO_8859_1));
        assertThat(answers(client)).containsExactly(200);
        client.send(row.rest().getBytes(ISO_8859_1));
        assertThat(answers(client)).isEmpty();
      }
      sendGood();

      List<Request> got = recording.all();
      assertThat(got).hasSize(2).allMatch(Request::whole);
      assertThat(got).noneMatch(request -> request.toString().contains(HIDDEN));
    }
  }

  /** What a client says within a tunnel is for the server only when there is one. */
  @Test
  void givesAServerNothingOfATunnelThatItDidNotGrant() throws Exception {
    try (var recording = new RecordingServer(Protocol.HTTP_1_1)) {
      server = recording.url();
      send(DowngradedBodies.tunnel(), recording, true, 502);
      sendGood();

      List<Request> got = recording.all();
      assertThat(got).hasSize(2).noneMatch(request -> request.toString().contains(HIDDEN));
    }
  }

  /** Sends the row and then what is good; what the server got of both. */
  private static List<Request> after(Row row, RecordingServer recording, boolean late)
      throws Exception {
    server = recording.url();
    send(row, recording, late, 0);
    sendGood();

    List<Request> got = recording.all();
    assertThat(got).noneMatch(request -> request.toString().contains(HIDDEN));
    assertThat(got).filteredOn(request -> request.head().contains(GOOD)).hasSize(1);
    return got;
  }

  /**
   * Sends what the row has, and waits until its stream or connection is over.
   *
   * @param late whether the rest waits until the server got something
   * @param status of the answer; 0 if that must be a failure, or none
   */
  private static void send(Row row, RecordingServer recording, boolean late, int status)
      throws Exception {
    try (H2 client = connect()) {
      if (late) {
        client.send(row.begin().getBytes(ISO_8859_1));
        assertThat(recording.awaitBegin()).isTrue();
        client.send(row.rest().getBytes(ISO_8859_1));
      } else {
        client.send((row.begin() + row.rest()).getBytes(ISO_8859_1));
      }
      List<Integer> answers = answers(client);
      if (status > 0) {
        assertThat(answers).containsExactly(status);
      } else {
        assertThat(answers).allMatch(answer -> answer >= 400);
      }
    }
  }

  private static void sendGood() throws Exception {
    try (H2 client = connect()) {
      client.send(H2.get(1, GOOD));
      assertThat(answers(client)).containsExactly(200);
    }
    forwarder.retain(Set.of());
  }

  private static H2 connect() throws IOException {
    var client = new H2(entryPoint.address());
    client.begin();
    return client;
  }

  /** The statuses that come until the stream or the connection is over. */
  private static List<Integer> answers(H2 client) throws IOException, HpackException {
    var statuses = new ArrayList<Integer>();
    var decoder = new HpackDecoder(new FieldNames(), HpackDecoder.FIRST_TABLE_SIZE);
    try {
      while (true) {
        Frame frame = client.next();
        if (frame.type == H2.HEADERS) {
          decoder.decode(
              frame.payload,
              0,
              frame.payload.length,
              (name, value, _) -> {
                if (name.text().equals(":status")) {
                  statuses.add(Integer.parseInt(value));
                }
              });
        }
        if (frame.isEnd() || frame.type == H2.RST_STREAM || frame.type == H2.GOAWAY) {
          return statuses;
        }
      }
    } catch (EOFException | SocketException _) {
      return statuses;
    }
  }
}
