package io.phalanx.node.breaker;

/** How a quantity is compared with a number. */
enum Comparison {
  LESS("<") {
    @Override
    boolean holds(double left, double right) {
      return left < right;
    }
  },
  AT_MOST("<=") {
    @Override
    boolean holds(double left, double right) {
      return left <= right;
    }
  },
  MORE(">") {
    @Override
    boolean holds(double left, double right) {
      return left > right;
    }
  },
  AT_LEAST(">=") {
    @Override
    boolean holds(double left, double right) {
      return left >= right;
    }
  },
  EQUAL("==") {
    @Override
    boolean holds(double left, double right) {
      return left == right;
    }
  },
  OTHER("!=") {
    @Override
    boolean holds(double left, double right) {
      return left != right;
    }
  };

  private final String sign;

  Comparison(String sign) {
    this.sign = sign;
  }

  abstract boolean holds(double left, double right);

  static Comparison of(String sign) {
    for (Comparison comparison : values()) {
      if (comparison.sign.equals(sign)) {
        return comparison;
      }
    }
    throw new IllegalArgumentException("no comparison: " + sign);
  }
}
