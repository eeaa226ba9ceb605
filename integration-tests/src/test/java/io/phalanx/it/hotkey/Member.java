package io.phalanx.it.hotkey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The other end of {@link MemberMain}. */
final class Member implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final BufferedReader answers;
  private final Writer commands;

  private Member(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.commands = new OutputStreamWriter(process.getOutputStream(), UTF_8);
  }

  /**
   * @param log what it says beside its answers
   * @param arguments of {@link MemberMain}
   */
  static Member start(Path log, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of(System.getProperty("phalanx.root"), "node", "jvm.options"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MemberMain.class.getName());
    command.addAll(arguments);
    return new Member(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start(),
        log);
  }

  /** Tells without waiting for an answer. */
  void tell(String command) throws IOException {
    commands.write(command + '\n');
    commands.flush();
  }

  String answer() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("> ")) {
        return line.substring(2);
      }
      Files.writeString(log, line + '\n', CREATE, APPEND);
    }
    throw new IOException("a member has ended, " + state());
  }

  String ask(String command) throws IOException {
    tell(command);
    return answer();
  }

  /** SIGSTOP. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " ended with " + status + ", " + state());
    }
  }

  private String state() {
    String end = process.isAlive() ? "it runs" : "exit code " + process.exitValue();
    return end + "; see " + log;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
