package io.phalanx.it.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.it.soak.Http1Clients.Opener;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that ask without a pause and keep to the rules by which a server ends connections: {@code
 * Connection: close} in HTTP/1.1, GOAWAY in HTTP/2. They ask nothing twice but what a GOAWAY says
 * was not processed. They end when nobody listens any more.
 */
final class SteadyClients {
  private static final int STREAMS = 8;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
  private final LongAdder sentAgain = new LongAdder();

  /** One connection's worth of requests. */
  private interface Conversation {
    void over(Socket socket) throws IOException;
  }

  void http1(String name, int count, Opener opener) {
    start(name, count, opener, socket -> http1(name, socket));
  }

  void http2(String name, int count, Opener opener) {
    start(name, count, opener, socket -> http2(name, socket));
  }

  private void start(String name, int count, Opener opener, Conversation conversation) {
    answers.put(name, new LongAdder());
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().start(() -> converse(name, opener, conversation)));
    }
  }

  private void converse(String name, Opener opener, Conversation conversation) {
    while (true) {
      try (Socket socket = opener.open()) {
        socket.setSoTimeout(30_000);
        conversation.over(socket);
      } catch (ConnectException _) {
        return; // Nobody listens: the node drains, and takes no new connections.
      } catch (IOException e) {
        failures.add(name + ": " + e);
      }
    }
  }

  private void http1(String name, Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    for (int i = 0; ; i++) {
      String request =
          i % 2 == 0
              ? "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"
              : "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      String head = Bytes.head(in);
      if (head.isEmpty()) {
        throw new EOFException("no answer to request " + (i + 1) + " of its connection");
      }
      String body = Bytes.body(head, in);
      answered(name, head.startsWith("HTTP/1.1 200 "), head, body);
      if (head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n")) {
        return;
      }
    }
  }

  /** Also checks that the answer is of one revision: its header and its server belong together. */
  private void answered(String name, boolean ok, String head, String body) {
    counter(name).increment();
    if (!ok) {
      failures.add(name + ": " + head.lines().findFirst().orElse("") + ", " + body);
      return;
    }
    int at = head.toLowerCase(Locale.ROOT).indexOf("\r\nx-revision: ");
    String revision = head.substring(at + 14, head.indexOf('\r', at + 14));
    if (!body.equals(Reloads.server(Integer.parseInt(revision)))) {
      failures.add(name + ": " + body + " answered under the middleware of " + revision);
    }
  }

  private LongAdder counter(String name) {
    return answers.computeIfAbsent(name, _ -> new LongAdder());
  }

  private void http2(String name, Socket socket) throws IOException {
    var wire = new Http2Wire(socket, 1 << 20);
    Set<Integer> open = new HashSet<>();
    Set<Integer> ok = new HashSet<>();
    int next = 1;
    boolean going = false;
    while (!going || !open.isEmpty()) {
      while (!going && open.size() < STREAMS) {
        wire.ask(false, next, "/");
        open.add(next);
        next += 2;
      }
      wire.flush();
      Http2Wire.Frame frame = wire.next();
      if (frame.type() == Http2Wire.GOAWAY) {
        going = true;
        int processed = frame.number();
        sentAgain.add(open.stream().filter(id -> id > processed).count());
        open.removeIf(id -> id > processed);
      } else if (frame.isOk()) {
        ok.add(frame.stream());
      } else if (frame.type() == Http2Wire.RST_STREAM) {
        failures.add(name + ": a stream was reset with " + frame.number());
        open.remove(frame.stream());
      }
      if (frame.endsStream() && open.remove(frame.stream())) {
        counter(name).increment();
        if (!ok.remove(frame.stream())) {
          failures.add(name + ": a status other than 200");
        }
      }
    }
  }

  /** Waits until all have ended because nobody listens. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  long answers() {
    return answers.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Answers by kind of client. */
  String report() {
    var counts = new TreeMap<String, Long>();
    new HashMap<>(answers).forEach((name, count) -> counts.put(name, count.sum()));
    return counts + ", sent again after GOAWAY " + sentAgain.sum();
  }
}
