package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a JVM holds, in MiB. */
final class ProcessMemory {
  private ProcessMemory() {}

  /** In the machine's memory now (VmRSS of proc(5)). */
  static long resident(long pid) throws IOException {
    return status(pid, "VmRSS:");
  }

  /** The most that it was since the process began. */
  static long mostResident(long pid) throws IOException {
    return status(pid, "VmHWM:");
  }

  private static long status(long pid, String name) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
    for (String line : lines) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IOException("no " + name + " among " + lines);
  }

  /** What is reachable on the heap: a collection comes first. */
  static long liveHeap(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    String[] total = output.strip().substring(output.strip().lastIndexOf('\n') + 1).split("\\s+");
    if (!total[0].equals("Total")) {
      throw new IOException("no histogram: " + output);
    }
    return Long.parseLong(total[2]) >> 20;
  }
}
