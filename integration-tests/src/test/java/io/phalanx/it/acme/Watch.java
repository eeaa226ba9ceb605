package io.phalanx.it.acme;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks one site again and again, until it is stopped, and notes all that was not well. */
final class Watch implements AutoCloseable {
  private static final int PAUSE_MILLIS = 50;

  private final Site site;
  private final Thread thread;
  private final List<String> failures = new ArrayList<>();
  private volatile boolean ends;
  private int count;

  Watch(Site site) {
    this.site = site;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try {
      while (!ends) {
        ask();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException _) {
      // Stopped.
    }
  }

  private void ask() {
    count++;
    try {
      String status = site.status();
      if (!status.equals("HTTP/1.1 200 OK")) {
        failures.add(status);
      }
      Instant asked = Instant.now();
      if (site.shown().getNotAfter().toInstant().isBefore(asked)) {
        failures.add("a certificate that is over");
      }
    } catch (IOException e) {
      failures.add(e.toString());
    }
  }

  /** What was not well. */
  List<String> stop() throws InterruptedException {
    ends = true;
    thread.join();
    return List.copyOf(failures);
  }

  /** How often it asked, after it was stopped. */
  int count() {
    return count;
  }

  @Override
  public void close() {
    ends = true;
    thread.interrupt();
  }
}
