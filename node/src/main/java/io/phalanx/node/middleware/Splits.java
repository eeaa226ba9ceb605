package io.phalanx.node.middleware;

import io.phalanx.cluster.side.Counted;
import io.phalanx.providers.dynamic.LimitOptions.OnSplit;

/** What {@code onSplit} means for how amounts are counted. */
final class Splits {
  private Splits() {}

  static Counted counted(OnSplit onSplit) {
    return switch (onSplit) {
      case FAIR_SHARE -> Counted.BY_SHARES;
      case LOCAL, DENY, ALLOW -> Counted.BY_EACH_SIDE;
    };
  }
}
