package io.phalanx.node.attempt;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MalformedBodyException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a request's body to its end before anything else is done with the request. */
public final class BodyReading {
  private static final int ROOM = 4 << 10;

  private final Exchange exchange;
  private final KeptBody kept;
  private final Runnable whenWhole;
  private final Answer tooLarge;
  private final BodySource body;
  private final ByteBuffer room = ByteBuffer.allocate(ROOM);
  private boolean abandoned;

  /**
   * @param whenWhole called when all of it is in {@code kept}
   * @param tooLarge the answer where that takes more than it may
   */
  public BodyReading(Exchange exchange, KeptBody kept, Runnable whenWhole, Answer tooLarge) {
    this.exchange = exchange;
    this.kept = kept;
    this.whenWhole = whenWhole;
    this.tooLarge = tooLarge;
    this.body = kept.fromTheBeginning();
  }

  public void read() {
    exchange.suspend();
    exchange.whenAbandoned(() -> abandoned = true);
    readOn();
  }

  private void refuse() {
    if (kept.isOverLimit()) {
      exchange.respond(tooLarge);
    } else {
      exchange.fail(new Failure.NoRoom("there is no room for the body of the request"));
    }
  }

  private void readOn() {
    if (abandoned) {
      return;
    }
    try {
      int count = body.read(room.clear());
      while (count > 0 && kept.mayBeReadAgain()) {
        count = body.read(room.clear());
      }
      if (!kept.mayBeReadAgain()) {
        refuse();
      } else if (count < 0) {
        whenWhole.run();
      } else {
        body.whenReadable(this::readOn);
      }
    } catch (IOException e) {
      int status = e instanceof MalformedBodyException ? 400 : 499;
      exchange.fail(new Failure.ClientFault(status, "the request's body broke off: " + e));
    } catch (RuntimeException | Error e) {
      exchange.fail(Failure.unforeseen(e));
    }
  }
}
