package io.phalanx.node.acme;

import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.lease.Leases.Candidacy;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Does one thing under a lease, and gives that back: documents are written under leases only. */
final class ShortTerm {
  private ShortTerm() {}

  /** What is done. */
  interface Work<T> {
    T under(Lease lease) throws IOException, InterruptedException;
  }

  /**
   * Waits for the lease, and does it.
   *
   * @param limit for both
   * @throws IOException if the work throws it, or takes too long
   */
  static <T> T under(Leases leases, String lease, Duration limit, Work<T> work)
      throws IOException, InterruptedException {
    var result = new CompletableFuture<T>();
    var never = new CountDownLatch(1);
    try (Candidacy _ =
        leases.compete(
            lease,
            held -> {
              if (!result.isDone()) {
                finish(result, work, held);
              }
              never.await(); // A task that ends is run again.
            })) {
      return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new IOException(
          "the fleet does not answer, or another command is under way; try again in a moment");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case IllegalStateException failure -> // Such as a document of a later release.
            throw new IOException(failure.getMessage(), failure);
        case RuntimeException failure -> throw failure;
        case InterruptedException _ ->
            throw new IOException("this node lost the fleet meanwhile; try again in a moment");
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Has this member know what the fleet agreed on, before it writes by that.
   *
   * @throws IOException if the fleet does not tell
   */
  static void catchUp(Documents documents) throws IOException, InterruptedException {
    Optional<String> reason = documents.catchUp();
    if (reason.isPresent()) {
      throw new IOException(reason.get());
    }
  }

  private static <T> void finish(CompletableFuture<T> result, Work<T> work, Lease held)
      throws InterruptedException {
    try {
      result.complete(work.under(held));
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    } catch (InterruptedException e) {
      result.completeExceptionally(e);
      throw e;
    }
  }
}
