package io.phalanx.it.websocket;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The fuzzing client of the Autobahn test suite ({@code wstest}), a program of its own. */
final class Autobahn {
  /**
   * Without sections 9, 12 and 13, which are about large messages and take many minutes; all with
   * {@code -Dautobahn.all}.
   */
  private static final boolean ALL = System.getProperty("autobahn.all") != null;

  private static final Duration LIMIT = ALL ? Duration.ofHours(3) : Duration.ofMinutes(3);

  /** One case in the suite's index of its report, which has its keys in alphabetical order. */
  private static final Pattern VERDICT =
      Pattern.compile(
          "\"([0-9.]+)\": \\{\\s*\"behavior\": \"([^\"]*)\",\\s*\"behaviorClose\": \"([^\"]*)\"");

  private final Path program;

  private Autobahn(Path program) {
    this.program = program;
  }

  /** Where {@code .ci/autobahn.sh} installs it, or the PATH. */
  static Optional<Autobahn> find() {
    Path installed =
        Path.of(System.getProperty("user.home", ""), ".cache", "phalanx", "autobahn", "bin");
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
            Stream.of(installed.toString()))
        .map(folder -> Path.of(folder, "wstest"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Autobahn::new);
  }

  /** One going through the cases. */
  record Run(Process process, Path directory) {
    /**
     * Waits for its end: by case what the suite found, as {@code BEHAVIOUR, BEHAVIOUR AT CLOSE}.
     */
    Map<String, String> verdicts() throws IOException, InterruptedException {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("wstest did not end:\n" + log());
      }
      Path index = directory.resolve("report/index.json");
      if (!Files.exists(index)) {
        throw new AssertionError("wstest wrote no report:\n" + log());
      }
      var verdicts = new TreeMap<String, String>();
      Matcher matcher = VERDICT.matcher(Files.readString(index));
      while (matcher.find()) {
        verdicts.put(matcher.group(1), matcher.group(2) + ", " + matcher.group(3));
      }
      return verdicts;
    }

    private String log() throws IOException {
      return Files.readString(directory.resolve("wstest.log"));
    }
  }

  /** Starts the client on a server. */
  Run start(String url, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path specification = directory.resolve("fuzzingclient.json");
    Files.writeString(
        specification,
        """
        {"outdir": "%s", "servers": [{"agent": "it", "url": "%s"}], "cases": ["*"],
         "exclude-cases": [%s], "exclude-agent-cases": {}}
        """
            .formatted(directory.resolve("report"), url, ALL ? "" : "\"9.*\", \"12.*\", \"13.*\""));
    Process process =
        new ProcessBuilder(
                program.toString(), "-m", "fuzzingclient", "-s", specification.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("wstest.log").toFile())
            .start();
    return new Run(process, directory);
  }
}
