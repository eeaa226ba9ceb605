package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cases about what a fleet counts or decides together, each in front of three nodes of its own
 * that get its requests in turn: whoever is asked, it is as it was with one node. {@code
 * -Dconformance.only=REGEX} runs the cases whose ids match.
 */
class FleetConformanceIT {
  private static final Pattern SHARED =
      Pattern.compile("\\b(rateLimit|inFlightReq|circuitBreaker|sticky):");

  /** Of three nodes each. */
  private static final int AT_ONCE = 2;

  @TempDir private static Path directory;

  private static Map<String, Spec> cases() {
    var cases = new LinkedHashMap<String, Spec>();
    for (String file : List.of("services", "traffic")) {
      Corpus.cases(file)
          .forEach(
              (id, test) -> {
                if (SHARED.matcher(test.text("dynamic", "")).find()) {
                  cases.put(id, test);
                }
              });
    }
    return cases;
  }

  @Test
  void allThatIsSharedHasCases() {
    String all = String.join("\n", cases().values().stream().map(Spec::toString).toList());

    assertThat(SHARED.matcher(all).results().map(found -> found.group(1)).distinct())
        .containsExactlyInAnyOrder("rateLimit", "inFlightReq", "circuitBreaker", "sticky");
  }

  @TestFactory
  Stream<DynamicTest> throughAnyOfThree() throws Exception {
    Pattern only = Pattern.compile(System.getProperty("conformance.only", ""));
    Path cache = cache();
    Judgement judgement = Corpus.judgement();
    var atOnce = new CasesAtOnce(AT_ONCE);
    var running = new ArrayList<DynamicTest>();
    cases()
        .forEach(
            (id, test) -> {
              if (only.matcher(id).find()) {
                int first = running.size();
                Future<List<String>> differences =
                    atOnce.submit(
                        () ->
                            CasesAtOnce.differences(
                                directory.resolve(id),
                                own -> CaseRun.throughFleet(test, own, cache, first)));
                running.add(
                    DynamicTest.dynamicTest(id, () -> judge(judgement, id, differences.get())));
              }
            });
    assertThat(running).as("cases whose ids match " + only).isNotEmpty();
    return running.stream().onClose(atOnce::close);
  }

  /** Of a member, since classes of the fleet are most of those that a node loads. */
  private static Path cache() throws Exception {
    Path own = Files.createDirectory(directory.resolve("cache"));
    Path key = own.resolve("fleet.key");
    FleetKey.generate().write(key);
    return ProxyProcess.makeCache(
        own,
        List.of(
            "--fleet.bind=127.0.0.1:" + Ports.free(1).getFirst(),
            "--fleet.bootstrap=true",
            "--fleet.keyFile=" + key));
  }

  private static void judge(Judgement judgement, String id, List<String> differences) {
    judgement.complaint(id, differences).ifPresent(complaint -> fail(id + ": " + complaint));
  }
}
