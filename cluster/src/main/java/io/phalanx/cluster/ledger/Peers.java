package io.phalanx.cluster.ledger;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The other members, as far as this one can reach them. */
public interface Peers {
  /** A node on its own. */
  Peers NONE =
      new Peers() {
        @Override
        public Set<String> present() {
          return Set.of();
        }

        @Override
        public CompletionStage<byte[]> ask(String member, byte[] call) {
          return CompletableFuture.failedFuture(
              new IllegalStateException("there are no other members"));
        }
      };

  /** Ids of those that are connected now, as their {@link KnownMember}s have them. */
  Set<String> present();

  /**
   * Has {@link LedgerKeeper#answer} called by another member. May fail, take long, or do it twice;
   * never waits.
   */
  CompletionStage<byte[]> ask(String member, byte[] call);
}
