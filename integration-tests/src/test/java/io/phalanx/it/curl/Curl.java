package io.phalanx.it.curl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the real curl. */
final class Curl {
  private static final int LIMIT_SECONDS = 300;

  private final Path directory;

  /**
   * @param directory for what curl writes beside bodies
   */
  Curl(Path directory) {
    this.directory = directory;
  }

  /** Whether a curl that speaks HTTP/2 is on the PATH. */
  static boolean isThere() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("curl", "--version").redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
      return process.waitFor() == 0 && said.contains(" HTTP2");
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * What came of one call.
   *
   * @param heads all lines of heads and trailers, in their order, interim answers among them
   */
  record Result<T>(int exitCode, List<String> heads, T body, String said) {}

  /** Takes in a body. */
  @FunctionalInterface
  interface Reading<T> {
    T read(InputStream in) throws IOException;
  }

  /** Gives a body out. */
  @FunctionalInterface
  interface Writing {
    void write(OutputStream out) throws IOException;
  }

  Result<String> get(String... arguments) throws Exception {
    return run(List.of(arguments), _ -> {}, in -> new String(in.readAllBytes(), ISO_8859_1));
  }

  <T> Result<T> run(List<String> arguments, Writing upload, Reading<T> download) throws Exception {
    Path heads = Files.createTempFile(directory, "heads", ".txt");
    Path said = Files.createTempFile(directory, "said", ".txt");
    var command = new ArrayList<>(List.of("curl", "--disable", "--silent", "--show-error"));
    command.addAll(List.of("--insecure", "--no-buffer", "--max-time", "" + LIMIT_SECONDS));
    command.addAll(List.of("--dump-header", heads.toString()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectError(said.toFile()).start();
    CompletableFuture<T> body =
        inBackground(
            () -> {
              try (InputStream in = process.getInputStream()) {
                return download.read(in);
              }
            });
    try (OutputStream out = process.getOutputStream()) {
      upload.write(out);
    } catch (IOException e) {
      // curl may end before it has taken all; what it says tells.
      Files.writeString(said, "its input: " + e + '\n', StandardOpenOption.APPEND);
    }
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("curl did not end: " + command + '\n' + Files.readString(said));
    }
    return new Result<>(
        process.exitValue(),
        Files.readAllLines(heads, ISO_8859_1).stream().filter(line -> !line.isEmpty()).toList(),
        body.get(),
        Files.readString(said));
  }

  private static <T> CompletableFuture<T> inBackground(Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }
}
