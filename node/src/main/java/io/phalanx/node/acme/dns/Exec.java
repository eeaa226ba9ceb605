package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.systemd.Supervisor;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that is run for each record, as lego runs it: {@code present} or {@code cleanup}, the
 * name with its last dot, the value. With mode RAW the domain, the token and the authorization
 * follow a {@code --}. The resolver's own variables are in its environment.
 */
final class Exec implements DnsProvider {
  static final List<String> VARIABLES = List.of("EXEC_PATH", "EXEC_MODE");

  private static final int MAX_OUTPUT = 1 << 16;
  private static final int MAX_WORDS = 500;
  private static final Duration END = Duration.ofSeconds(5);

  /** What lets whoever has it into the fleet. */
  private static final String FLEET_KEY = "PHALANX_FLEET_KEY";

  private final String program;
  private final boolean raw;
  private final Variables variables;
  private final Duration limit;

  Exec(DnsProviders.Parts parts) {
    this.variables = parts.variables();
    this.program = variables.required("exec", "EXEC_PATH");
    this.raw = variables.isRaw("EXEC_MODE");
    this.limit = parts.timing().propagation();
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    run("present", record);
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    run("cleanup", record);
  }

  private void run(String action, ChallengeRecord record)
      throws DnsException, InterruptedException {
    var command = new ArrayList<>(List.of(program, action));
    command.addAll(
        raw
            ? List.of("--", record.domain(), record.token(), record.authorization())
            : List.of(record.name() + '.', record.value()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    variables.own().forEach((name, value) -> builder.environment().put(name, value.value()));
    builder.environment().remove(FLEET_KEY);
    Supervisor.VARIABLES.forEach(builder.environment()::remove);
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new DnsException("program " + program + " cannot be run: " + e.getMessage());
    }
    var output = new CompletableFuture<String>();
    Thread.ofVirtual().name("exec-output").start(() -> read(process.getInputStream(), output));
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DnsException(
            "program " + program + " does not end within " + limit.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw new DnsException(
            "program " + program + " ends with " + process.exitValue() + words(output));
      }
    } finally {
      // Also ends the reading, so that what it said comes before.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Reads all, so that it does not wait for us, and keeps what came first. */
  private static void read(InputStream in, CompletableFuture<String> output) {
    try (in) {
      String first = new String(in.readNBytes(MAX_OUTPUT), UTF_8);
      in.transferTo(OutputStream.nullOutputStream());
      output.complete(first);
    } catch (IOException | UncheckedIOException _) {
      output.complete("");
    }
  }

  private String words(CompletableFuture<String> output) throws InterruptedException {
    String said;
    try {
      said = output.get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      return "";
    }
    for (String secret : variables.secrets()) {
      said = said.replace(secret, Secret.MASK);
    }
    said = said.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return said.isEmpty()
        ? ""
        : ": " + (said.length() > MAX_WORDS ? said.substring(0, MAX_WORDS) + "..." : said);
  }
}
