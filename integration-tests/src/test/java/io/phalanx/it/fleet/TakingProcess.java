package io.phalanx.it.fleet;

import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.CuttingRelay;
import io.phalanx.it.harness.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The other end of {@link TakingMember}; started anew after each of its deaths. */
final class TakingProcess implements AutoCloseable {
  private final int member;
  private final int members;
  private final CuttingRelay relay;
  private final FleetKey key;
  private final Limit limit;
  private final Path directory;
  private final List<Path> records = new ArrayList<>();
  private Process process;
  private BufferedReader answers;
  private Writer commands;

  private TakingProcess(
      int member, int members, CuttingRelay relay, FleetKey key, Limit limit, Path directory)
      throws IOException {
    this.member = member;
    this.members = members;
    this.relay = relay;
    this.key = key;
    this.limit = limit;
    this.directory = directory;
    start();
  }

  /**
   * @param directory of this member alone
   * @return once it is a member
   */
  static TakingProcess start(
      int member, int members, CuttingRelay relay, FleetKey key, Limit limit, Path directory)
      throws IOException {
    var process = new TakingProcess(member, members, relay, key, limit, directory);
    process.seen();
    return process;
  }

  private void start() throws IOException {
    Files.createDirectories(directory);
    boolean founds = member == 0 && records.isEmpty();
    Path record = directory.resolve("record-" + records.size());
    String others =
        IntStream.range(0, members)
            .filter(other -> other != member)
            .mapToObj(relay::address)
            .collect(Collectors.joining(","));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of(System.getProperty("phalanx.root"), "node", "jvm.options"),
                "-Xms16m",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                CuttingRelay.CALL_FROM_OWN_ADDRESS,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TakingMember.class.getName(),
                relay.listens(member),
                relay.address(member),
                founds ? "" : others,
                key.text(),
                directory.resolve("data").toString(),
                record.toString(),
                Long.toString(limit.burst()),
                Long.toString(limit.tokens()))
            .redirectError(
                ProcessBuilder.Redirect.appendTo(directory.resolve("member.log").toFile()))
            .start();
    records.add(record);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  /** How many members it sees. Waits until it is one itself. */
  int seen() throws IOException {
    commands.write("members\n");
    commands.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("member " + member + " has ended; see " + directory);
    }
    return Integer.parseInt(line);
  }

  void kill() throws IOException, InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    relay.gone(member);
  }

  /** After {@link #kill}; does not wait for it to be a member. */
  void restart() throws IOException {
    relay.back(member);
    start();
  }

  void freeze() throws IOException, InterruptedException {
    Signals.freeze(process);
  }

  void thaw() throws IOException, InterruptedException {
    Signals.thaw(process);
  }

  /** What it was admitted in all of its lives. */
  List<Admission> admissions() throws IOException {
    var all = new ArrayList<Admission>();
    for (Path record : records) {
      if (!Files.exists(record)) {
        continue; // It was killed before it had begun.
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(record));
      while (bytes.remaining() >= 2 * Long.BYTES) {
        long asked = bytes.getLong();
        long admitted = bytes.getLong();
        // A process that is killed may leave a gap.
        if (asked != 0 && admitted != 0) {
          all.add(new Admission(asked, admitted, member));
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
