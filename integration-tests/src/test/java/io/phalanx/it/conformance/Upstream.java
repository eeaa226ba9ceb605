package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server behind the proxy: writes down what it is sent, and answers from the case's script, whose
 * last answer repeats.
 */
final class Upstream implements AutoCloseable {
  private static final List<String> HEALTH_CHECKERS =
      List.of("Go-http-client", "phalanx-health", "Traefik");

  private final String name;
  private final List<Spec> script;
  private final List<Map<String, Object>> seen = Collections.synchronizedList(new ArrayList<>());
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listening;
  private int requests;

  private Upstream(String name, List<Spec> script) {
    this.name = name;
    this.script = script.isEmpty() ? List.of(Spec.EMPTY) : script;
  }

  static Upstream start(String name, List<Spec> script, int port, ServerSocketFactory sockets)
      throws IOException {
    var upstream = new Upstream(name, script);
    if (!upstream.script.getFirst().flag("down")) {
      ServerSocket socket = sockets.createServerSocket(port, 128, InetAddress.getLoopbackAddress());
      upstream.listening = socket;
      Thread.ofVirtual().name("upstream-" + name).start(() -> upstream.accept(socket));
    }
    return upstream;
  }

  /** What came since the last {@link #forget}. */
  List<Map<String, Object>> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  void forget() {
    seen.clear();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException _) {
        // Closed, or a client that went away at once.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      if (script.getFirst().flag("tcp")) {
        echo(in, out);
        return;
      }
      boolean open = true;
      while (open) {
        open = exchange(in, out);
      }
    } catch (IOException | NumberFormatException _) {
      // The other side went away or does not speak HTTP.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  private void echo(InputStream in, OutputStream out) throws IOException {
    String banner = script.getFirst().text("banner", "");
    if (!banner.isEmpty()) {
      out.write(banner.getBytes(UTF_8));
    }
    byte[] buffer = new byte[65536];
    for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
      String data = new String(buffer, 0, count, ISO_8859_1);
      seen.add(Map.of("to", name, "bytes", data));
      out.write(Wire.bytes(name + ":" + data));
    }
  }

  private boolean exchange(InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    String[] start = Wire.line(in).split(" ", 3);
    if (start.length < 3) {
      throw new IOException("no request line");
    }
    List<List<String>> headers = Wire.fields(in);
    if (Wire.field(headers, "expect").contains("100-continue")) {
      out.write(Wire.bytes("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    Wire.Body body = Wire.body(in, headers, false);
    Spec answer = note(start[0], start[1], headers, body);
    if (answer.has("delay")) {
      TimeUnit.MILLISECONDS.sleep(answer.millis("delay", 0));
    }
    if (answer.flag("close")) {
      return false;
    }
    if (answer.has("raw")) {
      out.write(Wire.unescaped(answer.text("raw", "")));
      return false;
    }
    out.write(answer(answer, start[0], start[1]));
    return !Wire.field(headers, "connection").toLowerCase(Locale.ROOT).contains("close");
  }

  private synchronized Spec note(
      String method, String target, List<List<String>> headers, Wire.Body body) {
    Spec spec = script.get(Math.min(requests, script.size() - 1));
    String agent = Wire.field(headers, "user-agent");
    if (target.startsWith("/health") && HEALTH_CHECKERS.stream().anyMatch(agent::startsWith)) {
      return script.reversed().stream()
          .filter(each -> each.has("health"))
          .map(each -> each.spec("health"))
          .findFirst()
          .orElse(spec);
    }
    requests++;
    var record = new LinkedHashMap<String, Object>();
    record.put("to", name);
    record.put("request", method + " " + target);
    record.put("headers", headers);
    if (body.bytes().length > 0) {
      record.put("body", Wire.shown(body.bytes()));
    }
    if (!body.trailers().isEmpty()) {
      record.put("trailers", body.trailers());
    }
    seen.add(record);
    return spec;
  }

  private byte[] answer(Spec spec, String method, String target) throws IOException {
    byte[] payload =
        spec.text("body", name + " " + method + " " + target + "\n")
            .repeat(spec.number("times", 1))
            .getBytes(UTF_8);
    if (spec.flag("gzip")) {
      payload = Wire.gzip(payload);
    }
    int status = spec.number("status", 200);
    var head = new StringBuilder("HTTP/1.1 ").append(status).append(" X\r\n");
    List<List<String>> headers = spec.pairs("headers");
    headers.forEach(line -> field(head, line.getFirst(), line.getLast()));
    if (headers.stream().noneMatch(line -> line.getFirst().equalsIgnoreCase("content-type"))
        && !spec.flag("notype")) {
      field(head, "Content-Type", "text/plain");
    }
    boolean isHead = method.equals("HEAD");
    boolean bodyless = isHead || status == 204 || status == 304;
    var out = new ByteArrayOutputStream();
    if (spec.flag("chunked") && !bodyless) {
      field(head, "Transfer-Encoding", "chunked");
      out.write(Wire.bytes(head + "\r\n" + Integer.toHexString(payload.length) + "\r\n"));
      out.write(payload);
      var trailers = new StringBuilder("\r\n0\r\n");
      spec.pairs("trailers").forEach(line -> field(trailers, line.getFirst(), line.getLast()));
      out.write(Wire.bytes(trailers + "\r\n"));
      return out.toByteArray();
    }
    if (!bodyless || isHead) {
      field(head, "Content-Length", Integer.toString(payload.length));
    }
    out.write(Wire.bytes(head + "\r\n"));
    if (!bodyless) {
      out.write(payload);
    }
    return out.toByteArray();
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public void close() throws IOException {
    if (listening != null) {
      listening.close();
    }
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
