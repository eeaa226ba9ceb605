package io.phalanx.node.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** A server to stand behind the demonstration's nodes: answers every request with its own name. */
public final class DemoServer implements AutoCloseable {
  private final String name;
  private final HttpServer server;

  private DemoServer(String name, HttpServer server) {
    this.name = name;
    this.server = server;
  }

  /**
   * Starts one on a port of the system's choice on loopback.
   *
   * @throws UncheckedIOException if it cannot listen
   */
  public static DemoServer start(String name) {
    try {
      var server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
      var demo = new DemoServer(name, server);
      server.createContext("/", demo::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return demo;
    } catch (IOException e) {
      throw new UncheckedIOException("the demo server " + name + " cannot listen", e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body =
          "%s answers %s %s%n"
              .formatted(name, exchange.getRequestMethod(), exchange.getRequestURI())
              .getBytes(UTF_8);
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(
          200, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
      if (!exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
