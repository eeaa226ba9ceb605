package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of the corpus, in a node of its own. {@code -Dconformance.only=REGEX} runs the cases
 * whose ids match; {@code target/conformance.txt} has what came out.
 */
class ConformanceIT {
  private static final List<String> FILES =
      List.of(
          "access",
          "headers",
          "operations",
          "protocol",
          "rules",
          "services",
          "tls-tcp-udp",
          "traffic");

  /** More than processors, for cases mostly wait. */
  private static final int AT_ONCE = 3;

  private static final Map<String, Spec> CASES = new LinkedHashMap<>();
  private static final Map<String, Outcome> OUTCOMES = new ConcurrentSkipListMap<>();

  @TempDir private static Path directory;

  private record Outcome(List<String> differences, long millis) {}

  private final Judgement judgement =
      new Judgement(Spec.of(yaml("not-yet.yaml")), Spec.of(yaml("quirks.yaml")));

  private static Object yaml(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            ConformanceIT.class.getResourceAsStream("/conformance/" + name), name)) {
      return Yaml.read(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void readCases() {
    for (String file : FILES) {
      for (Spec test : Yaml.specs(yaml("cases/" + file + ".yaml"))) {
        CASES.put(test.text("id", ""), test);
      }
    }
  }

  @Test
  void theListsAreAboutCasesThatExistAndAllQuirksAreDecided() {
    assertThat(judgement.mistakes(CASES)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> cases() throws Exception {
    Pattern only = Pattern.compile(System.getProperty("conformance.only", ""));
    Path cache = ProxyProcess.makeCache(Files.createDirectory(directory.resolve("cache")));
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    var running = new ArrayList<DynamicTest>();
    CASES.forEach(
        (id, test) -> {
          if (only.matcher(id).find()) {
            Future<Outcome> outcome = threads.submit(() -> outcome(id, test, cache));
            running.add(DynamicTest.dynamicTest(id, () -> judge(id, outcome.get())));
          }
        });
    threads.shutdown();
    return running.stream();
  }

  private static Outcome outcome(String id, Spec test, Path cache) {
    long start = System.nanoTime();
    List<String> differences;
    try {
      List<Object> got = new CaseRun(test, directory.resolve(id), cache).results();
      differences = Comparison.differences(test.list("want"), got);
    } catch (Exception e) {
      differences = List.of("the case cannot be run: " + e);
    }
    var outcome = new Outcome(differences, (System.nanoTime() - start) / 1_000_000);
    OUTCOMES.put(id, outcome);
    return outcome;
  }

  private void judge(String id, Outcome outcome) {
    judgement
        .complaint(id, outcome.differences())
        .ifPresent(complaint -> fail(id + ": " + complaint));
  }

  @AfterAll
  static void report() throws IOException {
    var text = new StringBuilder();
    new TreeMap<>(OUTCOMES)
        .forEach(
            (id, outcome) ->
                text.append(outcome.differences().isEmpty() ? "same   " : "differs")
                    .append("%7d ms  ".formatted(outcome.millis()))
                    .append(id)
                    .append(outcome.differences().isEmpty() ? "" : "  ")
                    .append(
                        String.join(" | ", outcome.differences()).lines().findFirst().orElse(""))
                    .append('\n'));
    Files.writeString(Path.of("target", "conformance.txt"), text);
  }
}
