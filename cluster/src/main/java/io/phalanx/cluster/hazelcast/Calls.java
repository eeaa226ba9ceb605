package io.phalanx.cluster.hazelcast;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Calls that do not wait for each other. */
final class Calls {
  private Calls() {}

  /**
   * Done when all are.
   *
   * @param call by its number from 0
   */
  static CompletableFuture<Void> atOnce(int count, IntFunction<CompletionStage<?>> call) {
    return CompletableFuture.allOf(
        IntStream.range(0, count)
            .mapToObj(call)
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new));
  }
}
