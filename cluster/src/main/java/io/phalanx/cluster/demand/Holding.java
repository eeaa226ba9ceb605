package io.phalanx.cluster.demand;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a member holds of one key and who waits for some of it, as pure code: what is to be asked of
 * where the fleet keeps the key, and what an answer decides. Times are nanoseconds of one clock.
 *
 * @param <N> what is asked
 * @param <A> the answer
 * @param <D> what became of one who waited
 */
public interface Holding<N, A, D> {
  /** What is to be asked now, if anything. */
  Optional<N> next(long now);

  /** What is to be asked at the end, if anything. */
  Optional<N> last(long now);

  /** Whether nothing would be lost with this. */
  boolean isForgettable(long now);

  List<D> answered(A answer, long now);

  /**
   * The fleet was not ready, and will be asked again.
   *
   * @param patience for how long one waits at most
   */
  List<D> postponed(Duration patience, String reason, long now);

  List<D> failed(String reason, long now);
}
