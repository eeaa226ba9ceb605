package io.phalanx.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A server behind the nodes: answers with its name and counts what reaches it. */
public final class Origin implements AutoCloseable {
  private final HttpServer server;
  private final AtomicLong requests = new AtomicLong();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private Origin(HttpServer server) {
    this.server = server;
  }

  public static Origin start(String name) throws IOException {
    var origin =
        new Origin(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024));
    byte[] body = name.getBytes(UTF_8);
    origin.server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            origin.requests.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            origin.await();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    origin.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    origin.server.start();
    return origin;
  }

  private void await() {
    try {
      gate.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on nobody gets an answer, until {@link #letGo}. */
  public void holdBack() {
    gate = new CountDownLatch(1);
  }

  public void letGo() {
    gate.countDown();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public long requests() {
    return requests.get();
  }

  @Override
  public void close() {
    letGo();
    server.stop(0);
  }
}
