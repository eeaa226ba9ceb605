package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of the corpus, in a node of its own. {@code -Dconformance.only=REGEX} runs the cases
 * whose ids match; {@code target/conformance.txt} has what came out, and with {@code
 * -Dconformance.propose} the lists that would say so are in {@code target/conformance}.
 */
class ConformanceIT {
  /** More than processors, for cases mostly wait. */
  private static final int AT_ONCE = 3;

  private static final Map<String, Spec> CASES = Corpus.cases();
  private static final Map<String, Outcome> OUTCOMES = new ConcurrentSkipListMap<>();

  @TempDir private static Path directory;

  /**
   * @param failure why the case could not be run, which no list excuses
   */
  private record Outcome(List<String> differences, Optional<Exception> failure, long millis) {
    private String kind() {
      if (failure.isPresent()) {
        return "failed ";
      }
      return differences.isEmpty() ? "same   " : "differs";
    }

    private String first() {
      return failure
          .map(String::valueOf)
          .orElseGet(() -> String.join(" | ", differences))
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  private static final Judgement JUDGEMENT = Corpus.judgement();

  @Test
  void theListsAreAboutCasesThatExistAndAllQuirksAreDecided() {
    assertThat(JUDGEMENT.mistakes(CASES)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> cases() throws Exception {
    Pattern only = Pattern.compile(System.getProperty("conformance.only", ""));
    Path cache =
        ProxyProcess.makeCache(Files.createDirectory(directory.resolve("cache")), List.of());
    var atOnce = new CasesAtOnce(AT_ONCE);
    var running = new ArrayList<DynamicTest>();
    CASES.forEach(
        (id, test) -> {
          if (only.matcher(id).find()) {
            Future<Outcome> outcome = atOnce.submit(() -> outcome(id, test, cache));
            running.add(DynamicTest.dynamicTest(id, () -> judge(id, outcome.get())));
          }
        });
    assertThat(running).as("cases whose ids match " + only).isNotEmpty();
    return running.stream().onClose(atOnce::close);
  }

  private static Outcome outcome(String id, Spec test, Path cache) {
    long start = System.nanoTime();
    List<String> differences = List.of();
    Optional<Exception> failure = Optional.empty();
    try {
      differences =
          CasesAtOnce.differences(directory.resolve(id), own -> new CaseRun(test, own, cache));
    } catch (Exception e) {
      failure = Optional.of(e);
    }
    var outcome = new Outcome(differences, failure, (System.nanoTime() - start) / 1_000_000);
    OUTCOMES.put(id, outcome);
    return outcome;
  }

  private static void judge(String id, Outcome outcome) {
    outcome.failure().ifPresent(failure -> fail(id + " cannot be run", failure));
    JUDGEMENT
        .complaint(id, outcome.differences())
        .ifPresent(complaint -> fail(id + ": " + complaint));
  }

  @AfterAll
  static void report() throws IOException {
    var text = new StringBuilder();
    new TreeMap<>(OUTCOMES)
        .forEach(
            (id, outcome) ->
                text.append(outcome.kind())
                    .append("%7d ms  ".formatted(outcome.millis()))
                    .append((id + "  " + outcome.first()).strip())
                    .append('\n'));
    Files.writeString(Path.of("target", "conformance.txt"), text);
    if (System.getProperty("conformance.propose") != null) {
      propose();
    }
  }

  private static void propose() throws IOException {
    var outcomes = new TreeMap<String, String>();
    OUTCOMES.forEach(
        (id, outcome) -> {
          if (outcome.failure().isEmpty()) {
            outcomes.put(id, outcome.first());
          }
        });
    Path lists = Files.createDirectories(Path.of("target", "conformance"));
    for (var file : JUDGEMENT.proposal(CASES, outcomes).files().entrySet()) {
      Files.writeString(lists.resolve(file.getKey()), file.getValue());
    }
  }
}
