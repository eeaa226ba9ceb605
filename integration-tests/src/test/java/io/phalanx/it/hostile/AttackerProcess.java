package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/**
 * The {@link Attacker} as a process of its own, with the lowest priority that there is, whatever
 * this one has: it has what node, server and polite clients leave of the machine, as if it were on
 * another one.
 */
final class AttackerProcess implements AutoCloseable {
  /**
   * What became of an attack.
   *
   * @param opened connections that were made
   * @param ended those of them that the node ended
   * @param sent MiB
   */
  record Report(long opened, long ended, long sent) {}

  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  private AttackerProcess(Process process) {
    this.process = process;
    this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.in = process.outputWriter(UTF_8);
  }

  static AttackerProcess start(Path log, int port, int securePort) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new AttackerProcess(
        new ProcessBuilder(
                List.of(
                    "nice",
                    "-n",
                    "39",
                    java,
                    "-Xmx512m",
                    "-cp",
                    classPath,
                    Attacker.class.getName(),
                    Integer.toString(port),
                    Integer.toString(securePort)))
            .redirectError(log.toFile())
            .start());
  }

  void begin(String what, int seconds) throws IOException {
    in.write(what + " " + seconds + "\n");
    in.flush();
  }

  /** Waits for the end of what was begun. */
  Report report() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the attacker ended by itself");
    }
    String[] words = line.split(" ");
    return new Report(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
