package io.phalanx.it.harness;

import java.io.IOException;

/** What Java cannot tell a process. */
public final class Signals {
  private Signals() {}

  /** Stops it where it is (SIGSTOP), as a machine does that is paused. */
  public static void freeze(Process process) throws IOException, InterruptedException {
    send("STOP", process);
  }

  public static void thaw(Process process) throws IOException, InterruptedException {
    send("CONT", process);
  }

  private static void send(String name, Process process) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0 && process.isAlive()) {
      throw new IOException("kill -" + name + " ended with " + status);
    }
  }
}
