package io.phalanx.it.conformance;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs some cases at a time, in the order in which they come. */
final class CasesAtOnce implements AutoCloseable {
  private static final int MOST_TRIES = 3;

  private final ExecutorService threads;

  /** A case, with ports of its own. */
  @FunctionalInterface
  interface Case {
    CaseRun in(Path directory) throws IOException;
  }

  CasesAtOnce(int most) {
    this.threads = Executors.newFixedThreadPool(most);
  }

  <T> Future<T> submit(Callable<T> run) {
    return threads.submit(run);
  }

  /**
   * As {@link CaseRun#differences}. A port that was free when it was handed out may be another's
   * when it is listened on: then the case is run again at others.
   */
  static List<String> differences(Path directory, Case test) throws Exception {
    for (int tried = 1; ; tried++) {
      try {
        return test.in(directory.resolveSibling(directory.getFileName() + "-" + tried))
            .differences();
      } catch (BindException e) {
        if (tried == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  /** Ends what still runs: where a single case is repeated, nobody has waited for the others. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
