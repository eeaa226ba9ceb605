package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.it.harness.TrustEveryone;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One who asks for {@link #PATH} and wants it answered with 200, one request after another. */
interface Asker extends AutoCloseable {
  String PATH = "/polite";

  void ask() throws IOException;

  @Override
  default void close() throws IOException {}

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** HTTP/1.1 with a connection for each request. */
  static Asker anew(int port) {
    return () -> {
      try (var asker = new Kept(connect(port))) {
        asker.ask();
      }
    };
  }

  /** HTTP/1.1 on one connection. */
  static Asker kept(int port) throws IOException {
    return new Kept(connect(port));
  }

  /** HTTP/2 on one connection with TLS. */
  static Asker http2(int port) throws IOException {
    var socket =
        (SSLSocket)
            TrustEveryone.context()
                .getSocketFactory()
                .createSocket(connect(port), "a.test", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return new Multiplexed(socket);
  }

  /** A connection of HTTP/1.1. */
  final class Kept implements Asker {
    private static final byte[] REQUEST =
        ("GET " + PATH + " HTTP/1.1\r\nHost: a.test\r\n\r\n").getBytes(ISO_8859_1);
    private final Socket socket;
    private final BufferedInputStream in;

    private Kept(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    @Override
    public void ask() throws IOException {
      socket.getOutputStream().write(REQUEST);
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("the connection ended behind: " + head);
        }
        head.append((char) next);
      }
      String body = new String(in.readNBytes(FastOrigin.BODY.length()), ISO_8859_1);
      if (!head.toString().startsWith("HTTP/1.1 200 ") || !body.equals(FastOrigin.BODY)) {
        throw new IOException("answered with " + head + body);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A connection of HTTP/2. */
  final class Multiplexed implements Asker {
    private static final int OK = 0x88; // the eighth entry of HPACK's static table

    private final Socket socket;
    private final DataInputStream in;
    private int stream = 1;

    private Multiplexed(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      socket.getOutputStream().write(Frames.preface().bytes());
    }

    @Override
    public void ask() throws IOException {
      socket.getOutputStream().write(new Frames().get(stream, PATH).bytes());
      boolean ended = false;
      while (!ended) {
        int lengthAndType = in.readInt();
        int flags = in.readByte();
        int id = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        int type = lengthAndType & 0xff;
        if (type == Frames.RST_STREAM || type == Frames.GOAWAY) {
          throw new IOException("the stream or the connection was ended");
        }
        if (type == Frames.HEADERS && (payload[0] & 0xff) != OK) {
          throw new IOException("an answer other than 200");
        }
        if (type == Frames.DATA && payload.length > 0) {
          socket
              .getOutputStream()
              .write(new Frames().number(Frames.WINDOW_UPDATE, 0, payload.length).bytes());
        }
        boolean message = type == Frames.HEADERS || type == Frames.DATA;
        ended = message && id == stream && (flags & Frames.END_STREAM) != 0;
      }
      stream += 2;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
