package org.xnio.nio;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.xnio.StreamConnection;

/**
 * How the system finds out that a peer has vanished without a word: it asks one that has been
 * silent. Times are those of Go and Traefik. XNIO knows only that it may ask, which means after two
 * hours.
 */
public final class KeepAlive {
  /** Traefik's listeners: a client that is gone ends after at most 5 minutes and 15 seconds. */
  public static final KeepAlive CLIENT = new KeepAlive(Duration.ofMinutes(3));

  /** Traefik's dialer: a server that is gone ends after at most 2 minutes and 45 seconds. */
  public static final KeepAlive SERVER = new KeepAlive(Duration.ofSeconds(30));

  private static final int PROBES = 9;
  private static final int INTERVAL_SECONDS = 15;

  /** What the system takes at the most, on Linux. */
  private static final int MOST_SECONDS = 32_767;

  private final int silenceSeconds;

  private KeepAlive(Duration silence) {
    this.silenceSeconds =
        silence.isNegative()
            ? 0
            : Math.clamp(Math.ceilDiv(silence.toMillis(), 1000L), 1, MOST_SECONDS);
  }

  /**
   * @param silence 0: that of Go, 15 seconds; below 0: nobody is asked
   */
  public static KeepAlive after(Duration silence) {
    return new KeepAlive(silence.isZero() ? Duration.ofSeconds(INTERVAL_SECONDS) : silence);
  }

  /**
   * Has the system ask.
   *
   * @param connection a plain one of XNIO's own, without TLS
   */
  public void apply(StreamConnection connection) throws IOException {
    if (connection instanceof NioSocketStreamConnection socket) {
      apply(socket.getChannel());
    }
  }

  void apply(SocketChannel socket) throws IOException {
    if (silenceSeconds == 0) {
      return;
    }
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, silenceSeconds);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }
  }
}
