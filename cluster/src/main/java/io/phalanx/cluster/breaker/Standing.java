package io.phalanx.cluster.breaker;

/**
 * How a breaker stands in the whole fleet.
 *
 * @param version grows with every change; 0 where nothing ever happened
 * @param age nanoseconds since the state began
 * @param well whether a probe of this recovery went well
 * @param round what members are asked to vote in; 0 if in none
 */
public record Standing(long version, State state, long age, boolean well, long round) {
  public static final Standing NEW = new Standing(0, State.CLOSED, 0, false, 0);

  public Standing {
    if (version < 0 || age < 0 || round < 0) {
      throw new IllegalArgumentException(
          "version %d, %d old, round %d".formatted(version, age, round));
    }
  }
}
