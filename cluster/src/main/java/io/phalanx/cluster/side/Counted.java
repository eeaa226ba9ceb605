package io.phalanx.cluster.side;

/** What a side of a split has of an amount that the whole fleet shares. */
public enum Counted {
  /** An equal part for each of its members that is known to belong to the fleet. */
  BY_SHARES(1),

  /** Each side all of it. */
  BY_EACH_SIDE(2);

  private final int code;

  /**
   * @param code what members tell each other, for good
   */
  Counted(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException if there is none
   */
  public static Counted of(int code) {
    for (Counted counted : values()) {
      if (counted.code == code) {
        return counted;
      }
    }
    throw new IllegalArgumentException("counted by " + code);
  }

  /** On which side something counted like this is. */
  public Side on(Side side) {
    return switch (this) {
      case BY_SHARES -> side;
      case BY_EACH_SIDE -> Side.ALONE;
    };
  }
}
