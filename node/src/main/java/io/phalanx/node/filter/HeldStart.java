package io.phalanx.node.filter;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds back the head and the first bytes of an answer until there are enough of them to decide by,
 * or its sender pauses behind some, or ends. A head alone is held for a tenth of a second, after
 * which Traefik pushes it out, too.
 */
public final class HeldStart implements BodySink {
  private static final Duration LONGEST_WITHOUT_BODY = Duration.ofMillis(100);

  /** Decides by what is there. */
  @FunctionalInterface
  public interface Decision {
    /**
     * Opens the answer.
     *
     * @param start of the body, to be read only
     * @param whole whether that is all of it
     */
    BodySink open(ByteBuffer start, boolean whole);
  }

  private final Exchange exchange;
  private final Decision decision;
  private ByteBuffer start;
  private Trailers trailers = Trailers.NONE;
  private @Nullable BodySink sink;
  private boolean timed;

  /**
   * @param most bytes to decide by, at least 1
   */
  public HeldStart(Exchange exchange, int most, Decision decision) {
    this.exchange = exchange;
    this.decision = decision;
    this.start = ByteBuffer.allocate(most);
  }

  private BodySink decided(boolean whole) {
    BodySink known = sink;
    if (known == null) {
      start.flip();
      known = decision.open(start.asReadOnlyBuffer(), whole);
      sink = known;
      if (!trailers.isEmpty()) {
        known.trailers(trailers);
      }
    }
    return known;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    BodySink to = sink;
    if (to != null) {
      return pushed(to) ? to.write(from) : 0;
    }
    int count = Math.min(start.remaining(), from.remaining());
    start.put(from.slice(from.position(), count));
    from.position(from.position() + count);
    if (!start.hasRemaining()) {
      pushed(decided(false));
    }
    return count;
  }

  /** Whether nothing is held any more. */
  private boolean pushed(BodySink to) throws IOException {
    while (start.hasRemaining()) {
      if (to.write(start) == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void trailers(Trailers behind) {
    trailers = behind;
    BodySink to = sink;
    if (to != null) {
      to.trailers(behind);
    }
  }

  @Override
  public boolean finish() throws IOException {
    BodySink to = decided(true);
    return pushed(to) && to.finish();
  }

  @Override
  public boolean flush() throws IOException {
    BodySink to = sink;
    if (to == null && start.position() == 0) {
      awaitBody();
      return true;
    }
    to = decided(false);
    return pushed(to) && to.flush();
  }

  private void awaitBody() {
    if (!timed) {
      timed = true;
      exchange.whenOver(exchange.ioThread().after(LONGEST_WITHOUT_BODY, this::pushHead));
    }
  }

  private void pushHead() {
    if (sink == null) {
      try {
        flushNow(decided(false));
      } catch (IOException _) {
        // Whoever writes next is told the same.
      }
    }
  }

  private void flushNow(BodySink to) throws IOException {
    if (pushed(to)) {
      to.flush();
    }
  }

  @Override
  public void whenWritable(Runnable ready) {
    BodySink to = sink;
    if (to == null) {
      ready.run();
    } else {
      to.whenWritable(ready);
    }
  }
}
