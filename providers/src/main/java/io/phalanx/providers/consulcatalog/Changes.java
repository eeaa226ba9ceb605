package io.phalanx.providers.consulcatalog;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tells when it is time to look at the catalog again. */
interface Changes extends AutoCloseable {
  /**
   * @throws IOException if Consul does not answer any more
   */
  void await() throws IOException, InterruptedException;

  @Override
  void close();

  /** Every time that the interval is over. */
  static Changes every(Duration interval) {
    return new Changes() {
      @Override
      public void await() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(interval.toNanos());
      }

      @Override
      public void close() {}
    };
  }
}
