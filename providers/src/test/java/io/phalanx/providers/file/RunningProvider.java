package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Checker;
import io.phalanx.providers.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A file provider on a thread of its own, and what it publishes. */
final class RunningProvider implements AutoCloseable {
  /** Far less than the five seconds after which files are looked at anyway. */
  static final Duration SOON = Duration.ofSeconds(1);

  private static final Duration START = Duration.ofSeconds(10);

  private final BlockingQueue<Snapshot> published = new LinkedBlockingQueue<>();
  private final FileProvider provider;
  private final Thread thread;

  private RunningProvider(FileOptions options, Map<String, String> environment, Checker checker) {
    this.provider = new FileProvider(options, environment, checker);
    thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    provider.run(published::add);
                  } catch (IOException | InterruptedException _) {
                    // Ended by close, or the test waits in vain for a snapshot.
                  }
                });
  }

  static RunningProvider start(FileOptions options) {
    return new RunningProvider(options, Map.of(), Checker.NONE);
  }

  static RunningProvider start(FileOptions options, Map<String, String> environment) {
    return new RunningProvider(options, environment, Checker.NONE);
  }

  static RunningProvider start(FileOptions options, Checker checker) {
    return new RunningProvider(options, Map.of(), checker);
  }

  void readAgain() {
    provider.readAgain();
  }

  Snapshot first() throws InterruptedException {
    return next(START, _ -> true).orElseThrow();
  }

  /** The first snapshot from now on that is as expected; fails if there is none soon. */
  Snapshot soon(Predicate<Snapshot> expected) throws InterruptedException {
    Optional<Snapshot> found = next(SOON, expected);
    assertThat(found).as("a snapshot as expected within %s", SOON).isPresent();
    return found.orElseThrow();
  }

  /** Whether anything is published within a time. */
  boolean publishesWithin(Duration time) throws InterruptedException {
    return next(time, _ -> true).isPresent();
  }

  private Optional<Snapshot> next(Duration time, Predicate<Snapshot> expected)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      Snapshot snapshot = published.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (snapshot == null || expected.test(snapshot)) {
        return Optional.ofNullable(snapshot);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      assertThat(thread.join(START)).as("the provider ends when it is interrupted").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
