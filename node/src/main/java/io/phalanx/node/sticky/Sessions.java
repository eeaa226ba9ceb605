package io.phalanx.node.sticky;

import io.phalanx.node.exchange.Exchange;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where the requests of a service's sessions go: to what the first one of each went to, for as long
 * as that is there. Called on I/O threads, on many at once.
 *
 * @param <T> what may be chosen, a server or a service
 */
public interface Sessions<T> {
  /**
   * Chooses for one request. What a retried request was sent to before without an answer is not
   * what its session holds it to.
   *
   * @param pick who has no session is sent to what this gives
   * @param then called once with what was chosen, empty if there is nothing; on the exchange's I/O
   *     thread, at once or later
   */
  void choose(Exchange exchange, Supplier<Optional<T>> pick, Consumer<Optional<T>> then);
}
