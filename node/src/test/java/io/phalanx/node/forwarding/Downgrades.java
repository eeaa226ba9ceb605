package io.phalanx.node.forwarding;

import static io.phalanx.node.entrypoint.H2.CONTINUATION;
import static io.phalanx.node.entrypoint.H2.DATA;
import static io.phalanx.node.entrypoint.H2.END_HEADERS;
import static io.phalanx.node.entrypoint.H2.END_STREAM;
import static io.phalanx.node.entrypoint.H2.HEADERS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.entrypoint.H2;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Requests of HTTP/2 that may become something else when they are written down as HTTP/1.1: frames
 * of stream 1. Here are the heads, in {@link DowngradedBodies} what comes behind them. What may
 * never reach a server holds the word {@link #HIDDEN}.
 */
final class Downgrades {
  static final String HIDDEN = "hidden";

  static final String REQUEST = "GET /hidden HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  static final String SPLIT = "\r\n\r\n" + REQUEST;
  private static final String[] POST = {
    ":method", "POST", ":scheme", "http", ":path", "/unclear", ":authority", "shop.example"
  };

  /**
   * One row; frames are one character for each byte.
   *
   * @param begin sent first, enough for a server to get a request
   * @param rest sent then
   */
  record Row(String name, String begin, String rest) {
    @Override
    public String toString() {
      return name.replace('\0', '0').replace("\r", "\\r").replace("\n", "\\n");
    }
  }

  private Downgrades() {}

  /** Of these no server gets a byte. */
  static Stream<Row> unclearHeads() {
    return Stream.of(values(), names(), framing(), hosts(), pseudo(), connects(), blocks())
        .flatMap(rows -> rows);
  }

  private static Stream<Row> values() {
    Stream<String> values =
        Stream.of(
            "a" + SPLIT,
            "a\r\nTransfer-Encoding: chunked",
            "a\nTransfer-Encoding: chunked",
            "a\rTransfer-Encoding: chunked",
            "a\0",
            "\0",
            "\r\n",
            "a\r",
            "a\n",
            " a",
            "a ",
            "\ta",
            "a\t");
    Stream<String> cookies = Stream.of("b=2" + SPLIT, "b=2\nX: y", "b=2\0", "b=2\r");
    return Stream.concat(
        values.map(value -> plus("x-a", value)),
        cookies.map(crumb -> plus("cookie", "a=1", "cookie", crumb)));
  }

  private static Stream<Row> names() {
    return Stream.of(
            "X-Upper",
            "Content-Length",
            "Transfer-Encoding",
            "transfer-encoding ",
            "transfer-encoding\t",
            "transfer-encoding\r\nx",
            "transfer-encoding:",
            "x: y\r\ncontent-length",
            "x" + SPLIT + "y",
            "x:y",
            "x y",
            " x",
            "x ",
            "x\ny",
            "x\ry",
            "x\0y",
            "x\u007fy",
            "x\u00e4",
            "x(y",
            "x/y",
            "x@y",
            "x\"y",
            "")
        .map(name -> plus(name, "1"));
  }

  private static Stream<Row> framing() {
    Stream<Row> lengths =
        Stream.of(
                "+5",
                "-5",
                "-0",
                "0x5",
                "5.0",
                "1e1",
                "5,5",
                "5, 5",
                "5, 6",
                "5 5",
                "5;a",
                "",
                " ",
                "\u00b2",
                "5\0",
                "5\r\nX: y",
                "9223372036854775808",
                "18446744073709551621")
            .map(length -> plus("content-length", length));
    Stream<Row> connection =
        Stream.of(
            plus("content-length", "5", "content-length", "6"),
            plus("content-length", "6", "content-length", "5"),
            plus("content-length", "5", "transfer-encoding", "chunked"),
            plus("transfer-encoding", "chunked"),
            plus("transfer-encoding", "CHUNKED"),
            plus("transfer-encoding", "identity"),
            plus("transfer-encoding", "gzip, chunked"),
            plus("transfer-encoding", ""),
            plus("connection", "close"),
            plus("connection", "content-length"),
            plus("connection", ""),
            plus("keep-alive", "timeout=5"),
            plus("proxy-connection", "keep-alive"),
            plus("upgrade", "h2c"),
            plus("upgrade", "websocket"),
            plus("te", "gzip"),
            plus("te", "chunked"),
            plus("te", "trailers, chunked"),
            plus("expect", "x"),
            plus("expect", "100-continue", "expect", "100-continue"));
    return Stream.concat(lengths, connection);
  }

  private static Stream<Row> hosts() {
    return Stream.of(
        plus("host", "other.example"),
        plus("host", "shop.example:81"),
        plus("host", "shop.example" + SPLIT),
        plus("host", "shop.example", "host", "shop.example"),
        plus("host", "shop.example", "host", "other.example"),
        plus("host", ""),
        instead(":authority", "", "host", ""),
        instead(":authority", ""),
        instead(":authority", "", "host", "a/b"),
        instead(":authority", "a b"),
        instead(":authority", "a/b"),
        instead(":authority", "a?b"),
        instead(":authority", "a#b"),
        instead(":authority", "user@shop.example"),
        instead(":authority", "a\\b"),
        instead(":authority", "shop.example\r\nTransfer-Encoding: chunked"),
        instead(":authority", "shop.example" + SPLIT),
        instead(":authority", "shop.example\0"),
        instead(":authority", "sh\u00f6p.example"));
  }

  private static Stream<Row> pseudo() {
    Stream<Row> paths =
        Stream.of(
                "",
                "unclear",
                "*",
                "?a",
                " /a",
                "/a ",
                "/a b",
                "/a?b c",
                "/a\tb",
                "/a\0",
                "/a\u007f",
                "/a\rb",
                "/a\nb",
                "/a?b\nc",
                "/a#b",
                "/%",
                "/%0",
                "/%zz",
                "http://evil.example/hidden",
                "//evil.example\r\n/hidden",
                "/a HTTP/1.1" + SPLIT,
                "/a HTTP/1.1\r\nX: y")
            .map(path -> instead(":path", path));
    Stream<Row> methods =
        Stream.of(
                "",
                " ",
                "G T",
                " POST",
                "POST ",
                "PO\rST",
                "PO\nST",
                "PO\0ST",
                "P\u00d6ST",
                "POST:",
                "GET /hidden HTTP/1.1\r\nHost: evil.example\r\n\r\nPOST",
                "POST /hidden")
            .map(method -> instead(":method", method));
    Stream<Row> schemes =
        Stream.of("", "ftp", "http ", "http\r\nX: y", "http\0", "http://evil.example/hidden?")
            .map(scheme -> instead(":scheme", scheme));
    Stream<Row> others =
        Stream.of(
            plus(":method", "GET"),
            head(concat(new String[] {":method", "GET"}, POST)),
            head(concat(new String[] {":path", "/hidden"}, POST)),
            head(concat(new String[] {":scheme", "http"}, POST)),
            head(concat(new String[] {":authority", "shop.example"}, POST)),
            head(concat(new String[] {"x-a", "1"}, POST)),
            head(concat(new String[] {":status", "200"}, POST)),
            head(concat(new String[] {":what", "ever"}, POST)),
            head(concat(new String[] {":", "a"}, POST)),
            head(concat(new String[] {":Path", "/hidden"}, POST)),
            head(concat(new String[] {":path ", "/hidden"}, POST)),
            head(concat(new String[] {":protocol", "websocket"}, POST)),
            head(Arrays.copyOfRange(POST, 2, POST.length)),
            head(Arrays.copyOfRange(POST, 0, 4)),
            head("x-a", "1"));
    return Stream.of(paths, methods, schemes, others).flatMap(rows -> rows);
  }

  private static Stream<Row> connects() {
    String[] upgrade = {":method", "CONNECT", ":protocol"};
    String[] end = {":scheme", "http", ":path", "/unclear", ":authority", "shop.example"};
    Stream<Row> protocols =
        Stream.of("", "h2c", "HTTP/1.1", "connect-udp", "websocket\r\nX: y", "websocket, h2c", " ")
            .map(protocol -> head(concat(concat(upgrade, protocol), end)));
    return Stream.concat(
        protocols,
        Stream.of(
            instead(":method", "CONNECT"),
            head(":method", "CONNECT", ":authority", "shop.example:80"),
            head(":method", "CONNECT", ":authority", ""),
            head(":method", "CONNECT"),
            head(concat(concat(upgrade, "websocket"), ":authority", "shop.example")),
            head(concat(concat(upgrade, "websocket", ":protocol", "websocket"), end)),
            head(concat(concat(upgrade, "websocket"), concat(end, "upgrade", "websocket")))));
  }

  /** Heads that are broken as frames are. */
  private static Stream<Row> blocks() {
    byte[] block = H2.block(POST);
    byte[] half = Arrays.copyOf(block, block.length / 2);
    byte[] other = Arrays.copyOfRange(block, block.length / 2, block.length);
    byte[] body = data(END_STREAM, REQUEST);
    return Stream.of(
        row("DATA within a head", H2.frame(HEADERS, 0, 1, half), body),
        row("half a block", H2.frame(HEADERS, END_HEADERS, 1, half), body),
        row(
            "a head that goes on, on another stream",
            H2.frame(HEADERS, 0, 1, half),
            H2.frame(CONTINUATION, END_HEADERS, 3, other)),
        row(
            "a head after its end",
            H2.frame(HEADERS, 0, 1, half),
            H2.frame(HEADERS, END_HEADERS, 1, other)),
        row("more padding than head", H2.frame(HEADERS, END_HEADERS | 8, 1, (byte) 99), body),
        row("an index of nothing", H2.frame(HEADERS, END_HEADERS, 1, (byte) 0xff, (byte) 99), body),
        row(
            "a body that was announced and does not come",
            H2.frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                H2.block(concat(POST, "content-length", "5")))),
        row("too many fields", H2.frame(HEADERS, END_HEADERS, 1, H2.block(many())), body),
        row("a body before its head", data(END_STREAM, REQUEST)));
  }

  private static String[] many() {
    var fields = new ArrayList<>(List.of(POST));
    for (int i = 0; i < 300; i++) {
      fields.addAll(List.of("x-" + i, HIDDEN));
    }
    return fields.toArray(new String[0]);
  }

  private static Row plus(String... more) {
    return head(concat(POST, more));
  }

  /** POST with another value for one pseudo-header, none if it is empty and that of a host. */
  private static Row instead(String name, String value, String... more) {
    String[] fields = POST.clone();
    fields[List.of(POST).indexOf(name) + 1] = value;
    boolean absent = name.equals(":authority") && value.isEmpty() && more.length > 0;
    return head(concat(absent ? Arrays.copyOf(fields, fields.length - 2) : fields, more));
  }

  private static Row head(String... fields) {
    return row(
        String.join(" ", fields),
        H2.frame(HEADERS, END_HEADERS, 1, H2.block(fields)),
        data(END_STREAM, "0\r\n\r\n" + REQUEST));
  }

  static Row row(String name, byte[] begin, byte[]... rest) {
    return rest.length > 1
        ? new Row(name, joined(begin, rest[0]), joined(Arrays.copyOfRange(rest, 1, rest.length)))
        : new Row(name, joined(begin), joined(rest));
  }

  static byte[] data(int flags, String text) {
    return H2.frame(DATA, flags, 1, text.getBytes(ISO_8859_1));
  }

  static byte[] trailers(int flags, String... fields) {
    return H2.frame(HEADERS, END_HEADERS | flags, 1, H2.block(fields));
  }

  static String joined(byte[]... parts) {
    var all = new StringBuilder();
    for (byte[] part : parts) {
      all.append(new String(part, ISO_8859_1));
    }
    return all.toString();
  }

  private static String[] concat(String[] first, String... second) {
    String[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
