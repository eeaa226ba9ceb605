package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Sends what a case says, byte for byte, and tells what came back. */
final class Client {
  private final Supplier<Placeholders> nodes;

  /** Of one node alone. */
  Client(Placeholders node) {
    this(() -> node);
  }

  /**
   * @param nodes asked for each request: the node that it goes to
   */
  Client(Supplier<Placeholders> nodes) {
    this.nodes = nodes;
  }

  /** What came back, or {@code outcome}: timeout, tls failure, connection closed. */
  Map<String, Object> send(Spec unfilled) throws InterruptedException {
    Placeholders node = nodes.get();
    Spec request = node.fill(unfilled);
    var connection = new Socket();
    var task = new FutureTask<>(() -> exchange(request, node, connection));
    Thread.ofVirtual().name("client").start(task);
    try {
      return task.get(request.millis("timeout", 10), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return Map.of("outcome", "timeout");
    } catch (ExecutionException e) {
      return Map.of("outcome", outcome(e));
    } finally {
      closeQuietly(connection);
    }
  }

  private static String outcome(ExecutionException e) {
    if (e.getCause() instanceof SSLException) {
      return "tls failure";
    }
    return e.getCause() instanceof IOException ? "connection closed" : "no HTTP: " + e.getCause();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed.
    }
  }

  private Map<String, Object> exchange(Spec request, Placeholders node, Socket plain)
      throws IOException, GeneralSecurityException {
    String entry = request.text("entry", "web");
    if (entry.equals("udp")) {
      return datagram(request, node);
    }
    if (request.has("from")) {
      plain.bind(new InetSocketAddress(InetAddress.ofLiteral(request.text("from", "")), 0));
    }
    plain.setTcpNoDelay(true);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port(entry)));
    var got = new LinkedHashMap<String, Object>();
    Socket socket = plain;
    if (request.has("tls") || entry.equals("websecure")) {
      SSLSocket secure = Tls.client(plain, request.spec("tls"), request.text("host", ""), node);
      if (request.texts("show").contains("tls")) {
        got.put("tls", Tls.shown(secure));
      }
      socket = secure;
    }
    if (request.has("bytes")) {
      raw(request, socket, got);
    } else {
      http(request, socket, got);
    }
    return got;
  }

  private static void raw(Spec request, Socket socket, Map<String, Object> got) throws IOException {
    socket.getOutputStream().write(Wire.unescaped(request.text("bytes", "")));
    if (request.flag("half_close")) {
      socket.shutdownOutput();
    }
    socket.setSoTimeout((int) request.millis("quiet", 0.7));
    String until = request.text("until", "");
    var data = new ByteArrayOutputStream();
    byte[] buffer = new byte[65536];
    try {
      while (until.isEmpty() || !data.toString(ISO_8859_1).contains(until)) {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          got.put("closed", true);
          break;
        }
        data.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException _) {
      // It has gone quiet.
    }
    got.put("reply", data.toString(ISO_8859_1));
  }

  private static void http(Spec request, Socket socket, Map<String, Object> got)
      throws IOException {
    String method = request.text("method", "GET");
    socket.getOutputStream().write(bytes(request, method));
    var in = new BufferedInputStream(socket.getInputStream());
    var informational = new ArrayList<List<Object>>();
    int status = status(in);
    List<List<String>> headers = Wire.fields(in);
    while (status >= 100 && status < 200 && status != 101) {
      informational.add(List.of(status, headers));
      status = status(in);
      headers = Wire.fields(in);
    }
    boolean bodyless = method.equals("HEAD") || status == 204 || status == 304 || status == 101;
    Wire.Body body = bodyless ? Wire.Body.NONE : Wire.body(in, headers, true);
    got.put("status", status);
    got.put("headers", headers);
    if (!informational.isEmpty()) {
      got.put("informational", informational);
    }
    byte[] payload = body.bytes();
    if (request.flag("decode") && Wire.field(headers, "content-encoding").equals("gzip")) {
      try (var plain = new GZIPInputStream(new ByteArrayInputStream(payload))) {
        payload = plain.readAllBytes();
      }
    }
    got.put("body", Wire.shown(payload));
    if (request.flag("full")) {
      got.put("body_full", new String(payload, ISO_8859_1));
    }
    if (!body.trailers().isEmpty()) {
      got.put("trailers", body.trailers());
    }
  }

  private static int status(InputStream in) throws IOException {
    return Integer.parseInt(Wire.line(in).split(" ", 3)[1]);
  }

  private static byte[] bytes(Spec request, String method) throws IOException {
    byte[] body = request.text("body", "").repeat(request.number("times", 1)).getBytes(UTF_8);
    var head = new StringBuilder();
    head.append(method).append(' ').append(request.text("target", "/")).append(' ');
    head.append(request.text("version", "HTTP/1.1")).append("\r\n");
    List<List<String>> headers = request.pairs("headers");
    if (!named(headers, "host") && !request.flag("nohost")) {
      head.append("Host: ").append(request.text("host", "localhost")).append("\r\n");
    }
    headers.forEach(
        line -> head.append(line.getFirst()).append(": ").append(line.getLast()).append("\r\n"));
    var out = new ByteArrayOutputStream();
    if (request.flag("chunked")) {
      head.append("Transfer-Encoding: chunked\r\n\r\n");
      head.append(Integer.toHexString(body.length)).append("\r\n");
      out.write(Wire.bytes(head.toString()));
      out.write(body);
      out.write(Wire.bytes("\r\n0\r\n\r\n"));
      return out.toByteArray();
    }
    if (body.length > 0 && !named(headers, "content-length")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    out.write(Wire.bytes(head + "\r\n"));
    out.write(body);
    return out.toByteArray();
  }

  private static boolean named(List<List<String>> headers, String name) {
    return headers.stream().anyMatch(line -> line.getFirst().equalsIgnoreCase(name));
  }

  private Map<String, Object> datagram(Spec request, Placeholders node) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.setSoTimeout((int) request.millis("quiet", 1));
      byte[] data = request.text("bytes", "").getBytes(UTF_8);
      socket.send(
          new DatagramPacket(
              data, data.length, InetAddress.getLoopbackAddress(), node.port("udp")));
      var answer = new DatagramPacket(new byte[65536], 65536);
      socket.receive(answer);
      return Map.of("reply", new String(answer.getData(), 0, answer.getLength(), ISO_8859_1));
    } catch (SocketTimeoutException _) {
      return Map.of("outcome", "timeout");
    }
  }
}
