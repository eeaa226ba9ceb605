package io.phalanx.it.soak;

import static io.phalanx.it.soak.Http2Wire.DATA;
import static io.phalanx.it.soak.Http2Wire.END_HEADERS;
import static io.phalanx.it.soak.Http2Wire.HEADERS;
import static io.phalanx.it.soak.Http2Wire.RST_STREAM;
import static io.phalanx.it.soak.Http2Wire.WINDOW_UPDATE;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Clients of HTTP/2 that write their frames themselves, well and badly behaved. */
final class Http2Clients {
  private static final String[] GOOD = {
    "/",
    "/large",
    "/trailers",
    "/interim",
    "/drips",
    "/leaves",
    "/until-closed",
    "/h2c/large",
    "/tls/"
  };

  private final Http1Clients.Opener opener;

  Http2Clients(Http1Clients.Opener opener) {
    this.opener = opener;
  }

  private Http2Wire connect(int window) throws IOException {
    return new Http2Wire(opener.open(), window);
  }

  /** Many requests at one time, all of them to be answered. */
  void asks() throws IOException {
    try (Http2Wire connection = connect(1 << 20)) {
      var paths = new HashMap<Integer, String>();
      for (int stream = 1; stream < 20; stream += 2) {
        String path = GOOD[ThreadLocalRandom.current().nextInt(GOOD.length)];
        paths.put(stream, path);
        connection.ask(false, stream, path);
      }
      connection.flush();
      Set<Integer> ok = connection.answers(paths.size());
      paths.forEach(
          (stream, path) -> {
            if (!ok.contains(stream)) {
              throw new AssertionError("GET " + path + " over HTTP/2 was not answered with 200");
            }
          });
    }
  }

  /** Much at one time, of which the last finds sockets full. */
  void asksForMuch() throws IOException {
    int count = ThreadLocalRandom.current().nextInt(1, 6);
    try (Http2Wire connection = connect(1 << 24)) {
      for (int i = 0; i < count; i++) {
        connection.ask(false, 2 * i + 1, "/large");
      }
      connection.flush();
      Bytes.pause(Duration.ofMillis(100));
      if (connection.answers(count).size() < count) {
        throw new AssertionError("GET /large over HTTP/2 was not answered with 200");
      }
    }
  }

  /** Opens streams and resets them at once, until the node has enough of it or more. */
  void resetsRapidly() throws IOException {
    int streams = ThreadLocalRandom.current().nextBoolean() ? 50 : 400;
    try (Http2Wire connection = connect(1 << 20)) {
      for (int i = 0; i < streams; i++) {
        connection.ask(i % 3 == 0, 2 * i + 1, i % 2 == 0 ? "/large" : "/silent");
        connection.number(RST_STREAM, 2 * i + 1, 8);
        if (i % 20 == 0) {
          connection.flush();
        }
      }
      connection.leave();
    }
  }

  void breaksOffUploads() throws IOException {
    try (Http2Wire connection = connect(1 << 20)) {
      String[] paths = {"/up", "/early", "/h2c/up", "/tls/up", "/silent"};
      for (int i = 0; i < paths.length; i++) {
        connection.ask(true, 2 * i + 1, paths[i]);
        connection.frame(DATA, 0, 2 * i + 1, new byte[10_000]);
        if (i % 2 == 0) {
          connection.number(RST_STREAM, 2 * i + 1, 8);
        }
      }
      connection.flush();
      Bytes.pause(Duration.ofMillis(10));
      connection.leave();
    }
  }

  /** Takes nothing of large answers, then leaves. */
  void readsNothing() throws IOException {
    try (Http2Wire connection = connect(1000)) {
      for (int stream = 1; stream < 20; stream += 2) {
        connection.ask(false, stream, stream % 4 == 1 ? "/large" : "/h2c/large");
      }
      connection.flush();
      Bytes.pause(Duration.ofMillis(100));
      connection.number(WINDOW_UPDATE, 1, 5000);
      connection.flush();
      Bytes.pause(Duration.ofMillis(50));
      connection.leave();
    }
  }

  void asksBadServers() throws IOException {
    String[] paths = {"/reset", "/cut", "/nonsense", "/h2c/reset", "/h2c/cut", "/tls/cut"};
    try (Http2Wire connection = connect(1 << 20)) {
      for (int i = 0; i < paths.length; i++) {
        connection.ask(false, 2 * i + 1, paths[i]);
      }
      connection.flush();
      connection.answers(paths.length);
    }
  }

  /** Ends within a head, or sends what may not be sent. */
  void isMalformed() throws IOException {
    try (Http2Wire connection = connect(1 << 20)) {
      connection.ask(false, 1, "/drips");
      switch (ThreadLocalRandom.current().nextInt(3)) {
        case 0 -> connection.frame(HEADERS, 0, 3, (byte) 0x82);
        case 1 -> connection.frame(HEADERS, END_HEADERS, 2, (byte) 0x80);
        default -> connection.frame(DATA, 0, 99, new byte[10]);
      }
      connection.flush();
      Bytes.pause(Duration.ofMillis(10));
      connection.leave();
    }
  }
}
