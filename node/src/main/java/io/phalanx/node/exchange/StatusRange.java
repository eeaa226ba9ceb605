package io.phalanx.node.exchange;

/** Statuses from the first to the last, both included. */
public record StatusRange(int first, int last) {
  /**
   * @param text as {@code 404} or {@code 500-599}
   * @throws IllegalArgumentException with a message for the user
   */
  public static StatusRange parse(String text) {
    String[] ends = text.split("-", -1);
    try {
      if (ends.length <= 2) {
        return new StatusRange(
            Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[ends.length - 1].strip()));
      }
    } catch (NumberFormatException _) {
      // Refused below.
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is neither a status nor a range such as 500-599");
  }

  public boolean holds(int status) {
    return status >= first && status <= last;
  }
}
