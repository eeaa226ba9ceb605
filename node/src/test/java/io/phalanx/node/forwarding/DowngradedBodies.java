package io.phalanx.node.forwarding;

import static io.phalanx.node.entrypoint.H2.DATA;
import static io.phalanx.node.entrypoint.H2.END_HEADERS;
import static io.phalanx.node.entrypoint.H2.END_STREAM;
import static io.phalanx.node.entrypoint.H2.HEADERS;
import static io.phalanx.node.forwarding.Downgrades.HIDDEN;
import static io.phalanx.node.forwarding.Downgrades.REQUEST;
import static io.phalanx.node.forwarding.Downgrades.SPLIT;
import static io.phalanx.node.forwarding.Downgrades.data;
import static io.phalanx.node.forwarding.Downgrades.joined;
import static io.phalanx.node.forwarding.Downgrades.row;
import static io.phalanx.node.forwarding.Downgrades.trailers;

import io.phalanx.node.entrypoint.H2;
import io.phalanx.node.forwarding.Downgrades.Row;
import java.util.List;
import java.util.stream.Stream;

/** Bodies and ends of HTTP/2 that may become something else in HTTP/1.1. */
final class DowngradedBodies {
  private DowngradedBodies() {}

  /** Of these a server may get the beginning, but no end. */
  static Stream<Row> unclearBodies() {
    byte[] five = H2.request(1, 0, "POST", "/unclear", "content-length", "5");
    byte[] open = H2.request(1, 0, "POST", "/unclear");
    Stream<Row> lengths =
        Stream.of(
            row("shorter than announced", five, data(0, "hel"), data(END_STREAM, "")),
            row("shorter than announced, at once", five, data(END_STREAM, "hel")),
            row("longer than announced", five, data(0, "hel"), data(END_STREAM, "lo" + REQUEST)),
            row("longer than announced, at once", five, data(END_STREAM, "hello" + REQUEST)),
            row("much longer", five, data(0, "hello" + REQUEST.repeat(100))),
            row("shorter, then trailers", five, data(0, "hel"), trailers(END_STREAM, "x-a", "1")),
            row("more padding than frame", open, data(0, "hel"), H2.frame(DATA, 9, 1, (byte) 200)),
            row(
                "a head that does not end the stream",
                open,
                data(0, "hel"),
                trailers(0, "x-a", "hidden")),
            row("another request as trailers", open, data(0, "hel"), H2.get(1, "/hidden")));
    Stream<Row> trailers =
        Stream.of(
                List.of(":path", "/hidden"),
                List.of(":method", "GET"),
                List.of(":status", "200"),
                List.of("transfer-encoding", "chunked"),
                List.of("connection", "close"),
                List.of("upgrade", "h2c"),
                List.of("X-Upper", "hidden"),
                List.of("x:y", "hidden"),
                List.of("x y", "hidden"),
                List.of("x\r\n\r\nGET /hidden HTTP/1.1\r\ny", "1"),
                List.of("x-a", "1" + SPLIT),
                List.of("x-a", "1\nX: hidden"),
                List.of("x-a", "1\rX: hidden"),
                List.of("x-a", "hidden\0"),
                List.of("x-a", " hidden"),
                List.of("", "hidden"))
            .map(
                fields ->
                    new Row(
                        "trailers " + fields,
                        joined(open, data(0, "hel")),
                        joined(trailers(END_STREAM, fields.toArray(new String[0])))));
    return Stream.concat(lengths, trailers);
  }

  /** Each of these is one request to its server, whatever it looks like. */
  static Stream<Row> clearRequests() {
    byte[] open = H2.request(1, 0, "POST", "/unclear");
    String chunks = "0\r\n\r\n" + REQUEST;
    String length = Integer.toString(chunks.length());
    return Stream.of(
        row(
            "a body like a request",
            H2.request(1, 0, "POST", "/unclear", "content-length", length),
            data(END_STREAM, chunks)),
        row(
            "the same length twice",
            H2.request(
                1, 0, "POST", "/unclear", "content-length", length, "content-length", length),
            data(END_STREAM, chunks)),
        row("a body like chunks", open, data(0, chunks), data(END_STREAM, chunks)),
        row("a body of a GET", H2.request(1, 0, "GET", "/unclear"), data(END_STREAM, chunks)),
        row("a body of a HEAD", H2.request(1, 0, "HEAD", "/unclear"), data(END_STREAM, chunks)),
        row(
            "trailers that belong to a head",
            open,
            data(0, "hello"),
            trailers(
                END_STREAM,
                "content-length",
                HIDDEN,
                "host",
                HIDDEN,
                "te",
                HIDDEN,
                "cookie",
                HIDDEN,
                "content_length",
                HIDDEN,
                "x-forwarded-for",
                HIDDEN)),
        row(
            "crumbs",
            H2.request(1, END_STREAM, "GET", "/unclear", "cookie", "a=1", "cookie", "b=2")),
        row("an escaped line end", H2.request(1, END_STREAM, "GET", "/unclear%0d%0aX:%20y")),
        row(
            "another host in the path",
            H2.request(1, END_STREAM, "GET", "//evil.example/unclear")));
  }

  /** Each of these is one request with something behind its end. */
  static Stream<Row> moreThanRequests() {
    byte[] open = H2.request(1, 0, "POST", "/unclear");
    byte[] whole = H2.request(1, END_STREAM, "POST", "/unclear");
    return Stream.of(
        row("DATA after the end", open, data(END_STREAM, "hello"), data(0, REQUEST)),
        row("DATA after a head that was all", whole, data(END_STREAM, REQUEST)),
        row("a head after the end", whole, trailers(END_STREAM, "x-a", HIDDEN)),
        row("a request after the end", whole, H2.get(1, "/hidden")));
  }

  /** A request for a WebSocket whose client does not wait for leave. */
  static Row tunnel() {
    return row(
        "a tunnel",
        H2.frame(
            HEADERS,
            END_HEADERS,
            1,
            H2.block(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/unclear",
                ":authority",
                "shop.example")),
        data(0, REQUEST));
  }
}
