package io.phalanx.it.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Sends the requests of one job when they are due, from one thread. */
final class PacedRun implements Conversation.Answers {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_ANSWERS = 2 * SECOND;
  private static final long SELECT_MILLIS = 100;

  /** Requests that are due within this time are sent together: waking up costs, too. */
  private static final long TICK = TimeUnit.MICROSECONDS.toNanos(100);

  private final PacedJob job;
  private final SSLContext context;
  private final Selector selector;
  private final Deque<Conversation> free = new ArrayDeque<>();
  private final long[] latencies;
  private final long[] lateness;
  private final long start;
  private int asked;
  private int answered;
  private int wrong;

  private PacedRun(PacedJob job, SSLContext context, Selector selector) throws IOException {
    this.job = job;
    this.context = context;
    this.selector = selector;
    this.latencies = new long[job.requests()];
    this.lateness = new long[job.requests()];
    for (int i = 0; i < job.connections(); i++) {
      free.add(open());
    }
    this.start = System.nanoTime();
  }

  static PacedReport run(PacedJob job, SSLContext context) throws IOException {
    try (Selector selector = Selector.open()) {
      var run = new PacedRun(job, context, selector);
      Thread ticker = Thread.ofPlatform().daemon().name("ticker").start(run::tick);
      try {
        return run.run();
      } finally {
        ticker.interrupt();
        for (SelectionKey key : selector.keys()) {
          key.channel().close();
        }
      }
    }
  }

  private Conversation open() throws IOException {
    var channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), job.port()));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Transport transport = job.wire().isTls() ? tls(channel) : new PlainTransport(channel);
    Conversation conversation =
        job.wire().isHttp2()
            ? new Http2Conversation(transport, job)
            : new Http1Conversation(transport, job);
    channel.register(selector, SelectionKey.OP_READ, conversation);
    return conversation;
  }

  private Transport tls(SocketChannel channel) throws IOException {
    SSLEngine engine = context.createSSLEngine("127.0.0.1", job.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = Tls.clientParameters();
    parameters.setApplicationProtocols(new String[] {job.wire().isHttp2() ? "h2" : "http/1.1"});
    engine.setSSLParameters(parameters);
    var transport = new TlsTransport(channel, engine);
    transport.handshake();
    return transport;
  }

  /** Wakes the other thread up whenever something may be due. */
  private void tick() {
    long step = Math.max(TICK, SECOND / job.perSecond());
    for (long next = start; !Thread.currentThread().isInterrupted(); next += step) {
      long wait = next - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(wait);
      }
      selector.wakeup();
    }
  }

  private PacedReport run() throws IOException {
    long end = start + job.seconds() * SECOND + LAST_ANSWERS;
    while (answered + wrong < job.requests() && System.nanoTime() < end) {
      askWhatIsDue();
      selector.select(this::serve, SELECT_MILLIS);
    }
    var times = Latencies.of(latencies, answered);
    return new PacedReport(
        job.requests(),
        (long) job.requests() - answered,
        times.part(0.5) / 1e3,
        times.part(0.99) / 1e3,
        times.part(0.999) / 1e3,
        Latencies.of(lateness, asked).part(0.99) / 1e3);
  }

  private long due(int request) {
    return start + request * SECOND / job.perSecond();
  }

  private void askWhatIsDue() throws IOException {
    while (asked < job.requests() && due(asked) - System.nanoTime() <= 0) {
      Conversation conversation = free.poll();
      if (conversation == null) {
        return;
      }
      long due = due(asked);
      lateness[asked] = System.nanoTime() - due;
      asked++;
      try {
        conversation.ask(due);
        if (!conversation.transport().flush()) {
          interest(conversation, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
        if (conversation.hasRoom()) {
          free.add(conversation);
        }
      } catch (IOException _) {
        replace(conversation);
      }
    }
  }

  private void interest(Conversation conversation, int operations) {
    conversation.transport().channel().keyFor(selector).interestOps(operations);
  }

  private void serve(SelectionKey key) {
    var conversation = (Conversation) key.attachment();
    boolean hadRoom = conversation.hasRoom();
    try {
      if (key.isWritable() && conversation.transport().flush()) {
        interest(conversation, SelectionKey.OP_READ);
      }
      conversation.read(this);
      if (!hadRoom && conversation.hasRoom()) {
        free.add(conversation);
      }
    } catch (IOException _) {
      free.remove(conversation);
      try {
        replace(conversation);
      } catch (IOException _) {
        // One connection less: what it would have carried waits for the others.
      }
    }
  }

  private void replace(Conversation broken) throws IOException {
    wrong += broken.open();
    broken.transport().channel().close();
    free.add(open());
  }

  @Override
  public void answered(long due, boolean isRight) {
    if (isRight) {
      latencies[answered++] = System.nanoTime() - due;
    } else {
      wrong++;
    }
  }
}
