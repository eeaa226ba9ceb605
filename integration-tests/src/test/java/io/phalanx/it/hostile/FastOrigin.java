package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/**
 * A server that costs next to nothing, so that what is measured is the node: {@code /big} has 64
 * MiB, all else is {@link #BODY}. It looks at no more of a request than where it ends. What is sent
 * to {@link #SLOW_READER} it takes byte by byte, and {@link #SILENT} it never answers.
 */
final class FastOrigin implements AutoCloseable {
  static final String BODY = "hello";

  static final String SLOW_READER = "/slow-reader";

  static final String SILENT = "/silent";

  private static final int SLOW_READ_MILLIS = 100;
  private static final int BIG = 64 << 20;
  private static final byte[] BLOCK = new byte[1 << 16];
  private static final byte[] ANSWER =
      ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
          .getBytes(ISO_8859_1);

  private final ServerSocket listener;
  private final Thread.Builder threads;

  private FastOrigin(ServerSocket listener, Thread.Builder threads) {
    this.listener = listener;
    this.threads = threads;
  }

  /** For any number of connections, each of which has the processor until it waits for its peer. */
  static FastOrigin start() throws IOException {
    return start(Thread.ofVirtual());
  }

  /** For few connections, which no others keep from the processor. */
  static FastOrigin startForFew() throws IOException {
    return start(Thread.ofPlatform().daemon());
  }

  private static FastOrigin start(Thread.Builder threads) throws IOException {
    var origin =
        new FastOrigin(new ServerSocket(0, 4096, InetAddress.getLoopbackAddress()), threads);
    Thread.ofPlatform().daemon().start(origin::accept);
    return origin;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setReceiveBufferSize(1 << 16);
        threads.start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSendBufferSize(1 << 16);
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String head = line(in); !head.isEmpty(); head = line(in)) {
        if (head.startsWith("POST " + SLOW_READER)) {
          takeSlowly(socket.getInputStream());
          return;
        }
        if (head.startsWith("GET " + SILENT)) {
          in.transferTo(OutputStream.nullOutputStream());
          return;
        }
        skipRest(in);
        if (head.startsWith("GET /big ")) {
          out.write(
              ("HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\n\r\n").getBytes(ISO_8859_1));
          for (int i = 0; i < BIG; i += BLOCK.length) {
            out.write(BLOCK);
          }
        } else {
          out.write(ANSWER);
        }
      }
    } catch (IOException _) {
      // The node has no use for it any more.
    }
  }

  private static void takeSlowly(InputStream in) throws IOException {
    try {
      while (in.read() >= 0) {
        TimeUnit.MILLISECONDS.sleep(SLOW_READ_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void skipRest(InputStream in) throws IOException {
    long length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("Content-Length: ")) {
        length = Long.parseLong(line.substring("Content-Length: ".length()));
      } else if (line.startsWith("Transfer-Encoding: ")) {
        length = -1;
      }
    }
    if (length >= 0) {
      in.skipNBytes(length);
      return;
    }
    for (long size = size(in); size > 0; size = size(in)) {
      in.skipNBytes(size + 2);
    }
    skipRest(in);
  }

  private static long size(InputStream in) throws IOException {
    String line = line(in);
    return line.isEmpty() ? 0 : Long.parseLong(line, 16);
  }

  /** Without its end; empty at the end of everything. */
  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
