package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes hold of the machine's memory, in KiB.
 *
 * @param rss all of it (Rss)
 * @param pss the same, but of pages that several processes share a part each (Pss)
 */
record Smaps(long rss, long pss) {
  /** A process and those below it. */
  static Smaps ofTree(long pid) throws IOException {
    List<Long> pids;
    try (Stream<ProcessHandle> below =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
      pids = Stream.concat(Stream.of(pid), below.map(ProcessHandle::pid)).toList();
    }
    var sum = new Smaps(0, 0);
    for (long each : pids) {
      Smaps own = parse(Files.readAllLines(Path.of("/proc", Long.toString(each), "smaps_rollup")));
      sum = new Smaps(sum.rss() + own.rss(), sum.pss() + own.pss());
    }
    return sum;
  }

  /**
   * @param lines of {@code /proc/PID/smaps_rollup}, see proc(5)
   */
  static Smaps parse(List<String> lines) {
    return new Smaps(field("Rss:", lines), field("Pss:", lines));
  }

  private static long field(String name, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + name + " among " + lines));
  }

  Smaps max(Smaps other) {
    return new Smaps(Math.max(rss, other.rss), Math.max(pss, other.pss));
  }
}
