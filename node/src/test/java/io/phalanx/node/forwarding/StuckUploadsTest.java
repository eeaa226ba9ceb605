package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xnio.ChannelPipe;
import org.xnio.StreamConnection;

/** Uploads to servers that read nothing, over pipes: they hold less than a socket does. */
class StuckUploadsTest {
  private static final URI SERVER = URI.create("http://127.0.0.1:1");

  /** Buffers that may be held at once, with 1 MiB of memory: three quarters of it. */
  private static final int MOST = 12;

  /** And for long: half of it. */
  private static final int MOST_FOR_LONG = 8;

  private final ForwardingRig rig = new ForwardingRig();
  private final List<StreamConnection> servers = new ArrayList<>();
  private final List<MemoryExchange> uploads = new ArrayList<>();
  private final ForwardingThread thread =
      new ForwardingThread(
          rig.ioThread,
          rig.nanoTime::get,
          new Resolver(InetAddress::getAllByName, rig.nanoTime::get),
          new Resources(1 << 20, 1000));

  @AfterEach
  void close() throws IOException {
    for (StreamConnection server : servers) {
      server.close();
    }
    rig.close();
  }

  @Test
  void endsThoseThatHaveWaitedLongestWhenTooMuchIsHeld() throws IOException {
    for (int i = 0; i < MOST + 4; i++) {
      upload();
    }
    eventually(() -> ended() == 4);
    assertThat(thread.buffers().out()).isEqualTo(MOST);
    rig.advance(StalledBodies.PATIENCE);
    upload();

    eventually(() -> ended() == uploads.size() - MOST_FOR_LONG);
    assertThat(thread.buffers().out()).isEqualTo(MOST_FOR_LONG);
    assertThat(uploads.getLast().failure).isNotDone();
    UpstreamFault fault = upstreamFault(uploads.getFirst());
    assertThat(fault.stage()).isEqualTo(Stage.SENDING);
    assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(fault.status()).isEqualTo(504);
  }

  @Test
  void isPatientWithServersThatTakeSomething() throws IOException {
    for (int i = 0; i < MOST_FOR_LONG; i++) {
      upload();
    }
    eventually(() -> thread.buffers().out() == MOST_FOR_LONG);
    rig.advance(StalledBodies.PATIENCE);
    long before = uploads.getFirst().source.taken;
    read(servers.getFirst());
    eventually(() -> uploads.getFirst().source.taken > before);
    upload();

    eventually(() -> uploads.get(1).failure.isDone());
    assertThat(ended()).isEqualTo(1);
  }

  private long ended() {
    return uploads.stream().filter(upload -> upload.failure.isDone()).count();
  }

  /** Reads what a pipe holds, and not what comes meanwhile, which may be all of the body. */
  private static void read(StreamConnection server) throws IOException {
    server.getSourceChannel().read(ByteBuffer.allocate(1 << 16));
  }

  private void upload() throws IOException {
    ChannelPipe<StreamConnection, StreamConnection> pipe =
        rig.worker.createFullDuplexPipeConnection(rig.ioThread);
    servers.add(pipe.getRightSide());
    MemoryExchange upload = rig.exchange("PUT", ListedHeaders.of(), -1);
    upload.source.send(new byte[1 << 20]);
    uploads.add(upload);
    var started = new CompletableFuture<Boolean>();
    rig.ioThread.execute(
        () -> {
          var transport = new ServerTransport(ForwardingRig.OPTIONS);
          var pool =
              new ServerPool(thread, ServerAddress.of(SERVER), transport, 1, Optional.empty());
          new UpstreamConnection(thread, pool, pipe.getLeftSide())
              .send(new Call(upload, rig.target(SERVER), pool.server()), false);
          started.complete(true);
        });
    ForwardingRig.await(started);
  }
}
