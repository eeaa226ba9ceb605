package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The first 200 of a proxy that has just been started, or given other routes. */
final class FirstAnswer {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int READ_MILLIS = 2000;
  private static final String REQUEST =
      "GET %s HTTP/1.1\r\nHost: bench.test\r\nConnection: close\r\n\r\n";
  private static final String WANTED = "HTTP/1.1 200";

  private FirstAnswer() {}

  static void await(String name, Process process, int port) throws IOException {
    await(name, process, port, "/");
  }

  static void await(String name, Process process, int port, String path) throws IOException {
    byte[] request = REQUEST.formatted(path).getBytes(US_ASCII);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!is200(port, request)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException(name + " does not answer");
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private static boolean is200(int port, byte[] request) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), READ_MILLIS);
      socket.setSoTimeout(READ_MILLIS);
      socket.getOutputStream().write(request);
      byte[] start = socket.getInputStream().readNBytes(WANTED.length());
      return new String(start, US_ASCII).equals(WANTED);
    } catch (IOException _) {
      return false;
    }
  }
}
