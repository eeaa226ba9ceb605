package io.phalanx.it.benchmark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a node spent its processor time.
 *
 * @param samples all of them
 * @param kernel of these, in the kernel; 0 where the machine does not show its frames
 * @param largest frames that had most samples themselves, not in what they called; most first
 */
record Profile(long samples, long kernel, List<Entry> largest) {
  private static final String KERNEL = "_[k]";
  private static final int ENTRIES = 10;

  /**
   * @param frame {@code _[k]} at its end is the kernel's; without a mark it is a library's or the
   *     JVM's own, and all others are Java's
   */
  record Entry(String frame, long samples) {}

  Profile {
    largest = List.copyOf(largest);
  }

  /**
   * @param lines of collapsed stacks: frames with semicolons between them, the innermost last, a
   *     blank and how often
   */
  static Profile parse(Stream<String> lines) {
    Map<String, Long> self = new HashMap<>();
    lines
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              int end = line.lastIndexOf(' ');
              String stack = line.substring(0, end);
              String frame = stack.substring(stack.lastIndexOf(';') + 1);
              self.merge(frame, Long.parseLong(line.substring(end + 1)), Long::sum);
            });
    List<Entry> largest =
        self.entrySet().stream()
            .map(entry -> new Entry(entry.getKey(), entry.getValue()))
            .sorted((a, b) -> Long.compare(b.samples(), a.samples()))
            .limit(ENTRIES)
            .toList();
    return new Profile(
        self.values().stream().mapToLong(Long::longValue).sum(),
        self.entrySet().stream()
            .filter(entry -> entry.getKey().endsWith(KERNEL))
            .mapToLong(Map.Entry::getValue)
            .sum(),
        largest);
  }

  String table(String scenario) {
    var table = new Table("frame", "self %");
    largest.forEach(
        entry -> table.add('`' + entry.frame() + '`', "%.1f".formatted(percent(entry.samples()))));
    return "%n%s: %d samples, %.0f %% of them in the kernel%n%n%s"
        .formatted(scenario, samples, percent(kernel), table.text());
  }

  private double percent(long part) {
    return 100.0 * part / samples;
  }
}
