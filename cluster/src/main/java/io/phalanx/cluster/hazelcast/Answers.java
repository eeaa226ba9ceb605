package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.phalanx.cluster.side.NotSettled;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What comes back from where a command was to be done. */
final class Answers {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private Answers() {}

  /** Does a command again, for some time, that was not done, or not confirmed. */
  static CompletionStage<byte[]> repeated(
      Supplier<CompletionStage<byte[]>> command, Duration patience) {
    return repeated(command, System.nanoTime() + patience.toNanos());
  }

  private static CompletionStage<byte[]> repeated(
      Supplier<CompletionStage<byte[]>> command, long end) {
    return command
        .get()
        .handle(Answers::of)
        .exceptionallyCompose(
            failure ->
                NotSettled.is(failure) && System.nanoTime() - end < 0
                    ? CompletableFuture.supplyAsync(() -> repeated(command, end), LATER)
                        .thenCompose(again -> again)
                    : CompletableFuture.failedFuture(failure));
  }

  /**
   * @throws NotSettled if nothing was done, or if no backup has confirmed what was done
   * @throws CompletionException for whatever else went wrong
   */
  static byte[] of(byte @Nullable [] answer, @Nullable Throwable failure) {
    if (failure instanceof IndeterminateOperationStateException) {
      throw new NotSettled("a member was lost before it confirmed a command");
    }
    if (failure != null) {
      throw new CompletionException(failure);
    }
    if (answer == null || answer.length == 0) {
      throw new NotSettled("members came or went, and not all have answered since");
    }
    return answer;
  }
}
