package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.key.FleetKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The other end of {@link MemberMain}. */
final class MemberProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  private MemberProcess(Process process) {
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  static MemberProcess start(HostPort join, HostPort address, FleetKey key, Path disk)
      throws IOException {
    return new MemberProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                MemberMain.class.getName(),
                join.toString(),
                address.toString(),
                key.text(),
                disk.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Tells without waiting for an answer, so also while it is frozen. */
  void tell(String command) throws IOException {
    commands.write(command + '\n');
    commands.flush();
  }

  String answer() throws IOException {
    String line = answers.readLine();
    while (line != null && !line.startsWith("> ")) {
      line = answers.readLine();
    }
    if (line == null) {
      throw new IOException("the member has ended");
    }
    return line.substring(2);
  }

  String ask(String command) throws IOException {
    tell(command);
    return answer();
  }

  void freeze() throws Exception {
    signal("STOP");
  }

  void goOn() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " ended with " + status);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
