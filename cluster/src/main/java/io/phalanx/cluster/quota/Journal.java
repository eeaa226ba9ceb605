package io.phalanx.cluster.quota;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** What a member remembers of the accounts that it drew from. Thread-safe. */
public interface Journal {
  /** What is remembered of an account. */
  Known known(String key);

  /** Calls {@code each} with the key and the quota of every account. */
  void forEach(BiConsumer<String, Quota> each);

  /**
   * Remembers it beside what is known.
   *
   * @return completes on any thread when it survives a loss of power, exceptionally if it does not
   */
  CompletionStage<Void> keep(String key, Quota quota, Known known);

  /** Remembers what would be no loss. */
  void note(String key, Quota quota, Known known);

  /** For who keeps nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public Known known(String key) {
          return Known.NOTHING;
        }

        @Override
        public void forEach(BiConsumer<String, Quota> each) {
          // There is none.
        }

        @Override
        public CompletionStage<Void> keep(String key, Quota quota, Known known) {
          return CompletableFuture.completedStage(null);
        }

        @Override
        public void note(String key, Quota quota, Known known) {
          // It would be no loss.
        }
      };
}
