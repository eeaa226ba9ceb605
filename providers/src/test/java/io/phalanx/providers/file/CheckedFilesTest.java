package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Checker;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which version of each file counts, with a checker that knows two flaws: a rule that is {@code
 * wrong}, and a service that is not there.
 */
class CheckedFilesTest {
  private static final String SERVICE =
      "http: {services: {%s: {loadBalancer: {servers: [{url: \"http://%s\"}]}}}}";

  @TempDir Path directory;

  private ConfigFiles files;
  private int checks;

  @BeforeEach
  void start() {
    files =
        new ConfigFiles(
            () -> Directory.files(directory),
            true,
            new ConfigFileReader(Map.of(), false, new Stamps(System::nanoTime)),
            this::flaws);
  }

  private List<Flaw> flaws(DynamicConfig config) {
    checks++;
    var flaws = new ArrayList<Flaw>();
    config
        .http()
        .routers()
        .forEach(
            (name, router) -> {
              if (router.rule().equals("wrong")) {
                flaws.add(new Flaw("http.routers", name, "rule", "is wrong", false));
              }
              if (!config.http().services().containsKey(router.service())) {
                flaws.add(new Flaw("http.routers", name, "service", "is not there", true));
              }
            });
    return flaws;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static String routers(String... rulesAndServices) {
    var text = new StringBuilder("http:\n  routers:\n");
    for (String one : rulesAndServices) {
      String[] parts = one.split(" ");
      text.append("    ").append(parts[0]).append(":\n      rule: ").append(parts[1]);
      text.append("\n      service: ").append(parts[2]).append('\n');
    }
    return text.toString();
  }

  /** Rules by router, and URLs by service. */
  private static Map<String, String> served(Snapshot snapshot) {
    var served = new TreeMap<String, String>();
    snapshot.config().http().routers().forEach((name, router) -> served.put(name, router.rule()));
    snapshot
        .config()
        .http()
        .services()
        .forEach(
            (name, service) ->
                served.put(name, service.loadBalancer().orElseThrow().servers().getFirst().url()));
    return served;
  }

  private Problem problem(String file, int line, String path, String message) {
    return new Problem(directory.resolve(file).toString(), line, path, message);
  }

  @Test
  void aFlawInANewVersionKeepsTheLastGoodOneWholeAndEveryFlawIsTold() throws Exception {
    write("a.yml", routers("x one s", "y two s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    assertThat(files.read().problems()).isEmpty();

    write("a.yml", routers("x better s", "my.y wrong s", "z three nowhere"));
    write("s.yml", SERVICE.formatted("s", "2"));
    Snapshot kept = files.read();

    assertThat(served(kept)).isEqualTo(Map.of("x", "one", "y", "two", "s", "http://2"));
    assertThat(kept.problems())
        .containsExactly(
            problem("a.yml", 7, "http.routers.my.y.rule", "is wrong"),
            problem("a.yml", 11, "http.routers.z.service", "is not there"));
  }

  @Test
  void atFirstWhatIsFlawedIsNamedAndTheWholeIsGivenToBeServedAsFarAsItCan() throws Exception {
    write("a.yml", routers("x one s", "y wrong s"));
    write("s.yml", SERVICE.formatted("s", "1"));

    Snapshot first = files.read();
    write("a.yml", routers("x two s", "y wrong s"));
    Snapshot second = files.read();

    assertThat(first.problems())
        .containsExactly(problem("a.yml", 7, "http.routers.y.rule", "is wrong"));
    assertThat(served(second)).containsEntry("x", "two");
  }

  @Test
  void aVersionThatRefersToWhatNoFileHasWaitsUntilOneHasIt() throws Exception {
    write("a.yml", routers("x one s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    files.read();

    write("a.yml", routers("x two later"));
    assertThat(served(files.read())).containsEntry("x", "one");
    write("t.yml", SERVICE.formatted("later", "1"));
    Snapshot complete = files.read();

    assertThat(served(complete)).containsEntry("x", "two").containsKey("later");
    assertThat(complete.problems()).isEmpty();
  }

  @Test
  void aFileThatTakesSomethingAwayIsNotHeldBackByThoseThatUseIt() throws Exception {
    write("a.yml", routers("x one s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    files.read();

    write("s.yml", SERVICE.formatted("t", "2"));
    Snapshot without = files.read();

    assertThat(served(without)).isEqualTo(Map.of("x", "one", "t", "http://2"));
    assertThat(without.problems())
        .containsExactly(problem("a.yml", 5, "http.routers.x.service", "is not there"));
    write("s.yml", SERVICE.formatted("s", "3"));
    assertThat(files.read().problems()).isEmpty();
  }

  @Test
  void whatALastGoodVersionLacksIsToldWithoutALine() throws Exception {
    write("a.yml", routers("x one s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    files.read();

    write("a.yml", routers("x wrong t"));
    write("s.yml", SERVICE.formatted("t", "2"));

    assertThat(files.read().problems())
        .containsExactly(
            problem("a.yml", 0, "http.routers.x.service", "is not there"),
            problem("a.yml", 4, "http.routers.x.rule", "is wrong"));
  }

  @Test
  void aGoodVersionIsNotHeldBackByAnotherFileThatGivesWay() throws Exception {
    write("a.yml", routers("x one s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    files.read();

    write("a.yml", routers("x two s"));
    write("s.yml", routers("broken wrong s"));
    Snapshot kept = files.read();

    assertThat(served(kept)).isEqualTo(Map.of("x", "two", "s", "http://1"));
  }

  @Test
  void aVersionThatNeedsAnotherThatGivesWayGivesWayToo() throws Exception {
    write("a.yml", routers("x one s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    files.read();

    write("a.yml", routers("x two new"));
    write("s.yml", SERVICE.formatted("new", "2") + "\ntypo: 1\n");
    Snapshot kept = files.read();

    assertThat(served(kept)).isEqualTo(Map.of("x", "one", "s", "http://1"));
    assertThat(kept.problems()).extracting(Problem::line).containsExactly(5, 2);
  }

  @Test
  void filesThatDidNotChangeAreNotCheckedAgain() throws Exception {
    write("a.yml", routers("x one nowhere"));
    write("b.yml", "http: [");
    write("c.yml", routers("{{ env \"NOTHING\" }}c one nowhere"));
    Snapshot first = files.read();

    assertThat(files.read()).isEqualTo(first);
    assertThat(checks).isEqualTo(1);
  }

  @Test
  void theCheckerIsAskedWhileTheProviderRuns() throws Exception {
    write("a.yml", routers("x wrong s"));
    write("s.yml", SERVICE.formatted("s", "1"));
    var options = new FileOptions(Optional.empty(), Optional.of(directory.toString()), true, false);
    Checker checker = this::flaws;

    try (var provider = RunningProvider.start(options, checker)) {
      assertThat(provider.first().problems()).hasSize(1);
      write("a.yml", routers("x right s"));
      provider.soon(snapshot -> snapshot.problems().isEmpty());
      write("a.yml", routers("x wrong s"));
      assertThat(served(provider.soon(snapshot -> !snapshot.problems().isEmpty())))
          .containsEntry("x", "right");
    }
  }
}
