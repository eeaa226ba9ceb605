package io.phalanx.node.exchange;

import java.util.List;

/** A set of statuses, as Traefik's options write it. */
public record StatusRanges(List<StatusRange> ranges) {
  public static final StatusRanges NONE = new StatusRanges(List.of());

  public StatusRanges {
    ranges = List.copyOf(ranges);
  }

  /**
   * @param texts each as {@code 404} or {@code 500-599}
   * @throws IllegalArgumentException with a message for the user
   */
  public static StatusRanges parse(List<String> texts) {
    return new StatusRanges(texts.stream().map(StatusRange::parse).toList());
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public boolean holds(int status) {
    for (StatusRange range : ranges) {
      if (range.holds(status)) {
        return true;
      }
    }
    return false;
  }
}
