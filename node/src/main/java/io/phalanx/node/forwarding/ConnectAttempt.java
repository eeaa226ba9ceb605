package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * One request's way to a new connection: the server's addresses, one after another, until one takes
 * it or the time is up. An address that does not answer gets its share of the time that is left, so
 * that one dead address does not hide the others.
 */
final class ConnectAttempt implements Timed {
  private static final OptionMap SOCKET =
      OptionMap.create(Options.TCP_NODELAY, true, Options.KEEP_ALIVE, true);
  private static final long LEAST_SHARE_NANOS = Duration.ofSeconds(2).toNanos();

  private final ForwardingThread thread;
  private final ServerPool pool;
  private final Call call;
  private final long startedAt;
  private List<InetAddress> addresses = List.of();
  private int next;
  private long addressStartedAt;
  private @Nullable IoFuture<StreamConnection> pending;
  private boolean over;
  private String reason = "no address was found";

  ConnectAttempt(ForwardingThread thread, ServerPool pool, Call call) {
    this.thread = thread;
    this.pool = pool;
    this.call = call;
    this.startedAt = thread.now();
    this.addressStartedAt = startedAt;
  }

  void start() {
    thread.watch(this);
    call.exchange().trail().sentTo(call.server().text(), startedAt);
    CompletableFuture<List<InetAddress>> answer = thread.resolver().addresses(pool.server());
    if (answer.isDone()) {
      resolved(answer);
    } else {
      var _ = answer.whenComplete((_, _) -> thread.execute(() -> resolved(answer)));
    }
  }

  private void resolved(CompletableFuture<List<InetAddress>> answer) {
    if (over) {
      return;
    }
    if (answer.state() == CompletableFuture.State.SUCCESS) {
      addresses = answer.resultNow();
    } else {
      reason = "the name " + pool.server().host() + " was not found";
    }
    tryNext();
  }

  private void tryNext() {
    if (next == addresses.size()) {
      end();
      call.fail(Stage.CONNECTING, Kind.UNREACHABLE, reason);
      return;
    }
    addressStartedAt = thread.now();
    var to = new InetSocketAddress(addresses.get(next++), pool.server().port());
    IoFuture<StreamConnection> opening = thread.open(to, SOCKET);
    pending = opening;
    int attempt = next;
    opening.addNotifier((done, _) -> opened(done, attempt), this);
  }

  private void opened(IoFuture<? extends StreamConnection> done, int attempt) {
    boolean stale = over || attempt != next;
    try {
      StreamConnection socket = done.get();
      if (stale) {
        IoUtils.safeClose(socket);
        return;
      }
      end();
      connected(socket);
    } catch (IOException | RuntimeException e) {
      if (!stale) {
        reason = String.valueOf(e.getMessage());
        tryNext();
      }
    }
  }

  private void connected(StreamConnection socket) {
    try {
      pool.connected(socket, call);
    } catch (RuntimeException e) {
      IoUtils.safeClose(socket);
      call.exchange().fail(new NodeFault("forwarding failed", e));
    }
  }

  @Override
  public void check(long now) {
    long limit = thread.connectTimeout();
    if (limit <= 0) {
      return;
    }
    if (now - startedAt >= limit) {
      end();
      cancel(pending);
      call.fail(Stage.CONNECTING, Kind.TIMEOUT, "the connection was not made in time");
    } else if (next < addresses.size() && now - addressStartedAt >= share(limit)) {
      reason = "an address did not answer";
      IoFuture<StreamConnection> silent = pending;
      tryNext();
      cancel(silent);
    }
  }

  private long share(long limit) {
    long left = limit - (addressStartedAt - startedAt);
    return Math.max(LEAST_SHARE_NANOS, left / (addresses.size() - next + 1));
  }

  private static void cancel(@Nullable IoFuture<StreamConnection> opening) {
    if (opening != null) {
      opening.cancel();
    }
  }

  private void end() {
    over = true;
    thread.unwatch(this);
  }
}
