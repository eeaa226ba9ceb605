package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Processor time in the kernel's ticks, read from {@code /proc}; see proc(5). What the kernel shows
 * to programs is a hundred ticks a second on every machine that a JDK runs on.
 */
public final class ProcessorTime {
  public static final int TICKS_PER_SECOND = 100;

  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int USER_OF_ENDED_CHILDREN = 13;
  private static final int SYSTEM_OF_ENDED_CHILDREN = 14;

  private ProcessorTime() {}

  /** User and system time of a process, and of its children that have ended and been waited for. */
  public static long ofProcess(long pid) {
    try {
      return parseProcess(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (IOException _) {
      return 0; // ended since it was listed: its time is now its parent's
    }
  }

  /** The same, with all processes below it that still run. */
  static long ofTree(long pid) {
    try (Stream<ProcessHandle> below =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
      return ofProcess(pid) + below.mapToLong(child -> ofProcess(child.pid())).sum();
    }
  }

  /** Time that all cores together were not idle, with what the host took from this machine. */
  static long ofMachine() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      return parseMachine(lines.findFirst().orElse(""));
    }
  }

  /**
   * @param stat text of {@code /proc/PID/stat}: the name in it may hold spaces and parentheses
   */
  static long parseProcess(String stat) {
    String[] fields = fields(stat.substring(stat.lastIndexOf(')') + 1));
    return Long.parseLong(fields[USER])
        + Long.parseLong(fields[SYSTEM])
        + Long.parseLong(fields[USER_OF_ENDED_CHILDREN])
        + Long.parseLong(fields[SYSTEM_OF_ENDED_CHILDREN]);
  }

  /**
   * @param line the first of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq,
   *     steal, and guests, which user holds already
   */
  static long parseMachine(String line) {
    if (!line.startsWith("cpu ")) {
      throw new IllegalArgumentException("not the line of all cores: " + line);
    }
    String[] fields = fields(line.substring("cpu ".length()));
    long ticks = 0;
    for (int i = 0; i < 8; i++) {
      boolean idle = i == 3 || i == 4;
      ticks += idle ? 0 : Long.parseLong(fields[i]);
    }
    return ticks;
  }

  private static String[] fields(String text) {
    return text.strip().split("\\s+");
  }
}
