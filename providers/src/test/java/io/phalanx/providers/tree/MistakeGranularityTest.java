package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mistake takes down, and that all of them are told, in every format. */
class MistakeGranularityTest {
  @Section
  @NotServed({"tcp", "udp"})
  record Root(Http http, Optional<Limits> limits) {}

  @Section
  record Http(Map<String, Router> routers, Map<String, Action> actions) {}

  record Router(String rule, int priority, List<Domain> domains) {}

  record Domain(String main) {}

  record Limits(int most) {}

  /** A thing of exactly one kind. */
  record Action(String kind, Record options) {}

  record Prefix(String prefix) {}

  record Squeeze(@Default("5") int level) {}

  private static final Decoder DECODER =
      new Decoder(
          Map.of(
              Action.class,
              new Choice<>(
                  Map.of("addPrefix", Prefix.class, "squeeze", Squeeze.class),
                  Set.of("teleport"),
                  true,
                  new Choice.Builder<Action>() {
                    @Override
                    public Action build(SequencedMap<String, Record> options) {
                      return new Action(
                          options.firstEntry().getKey(), options.firstEntry().getValue());
                    }

                    @Override
                    public SequencedMap<String, Record> options(Action action) {
                      var options = new LinkedHashMap<String, Record>();
                      options.put(action.kind(), action.options());
                      return options;
                    }
                  })));

  private static final String YAML =
      """
      http:
        routers:
          good:
            rule: one
          bad:
            rule: two
            priority: high
            prio: 5
          worse:
            domains:
              - mian: a
        routes: {}
      limits:
        most: many
      udp: {}
      """;

  private static final String TOML =
      """
      [http.routers.good]
      rule = "one"

      [http.routers.bad]
      rule = "two"
      priority = "high"
      prio = 5
      [http.routers.worse]

      domains = [{mian = "a"}]
      [http.routes]
      [limits]

      most = "many"
      [udp]
      """;

  private static final String JSON =
      """
      {"http": {
        "routers": {
          "good": {
            "rule": "one"},
          "bad": {"rule": "two",

            "priority": "high",
            "prio": 5},
          "worse":
            {"domains":
              [{"mian": "a"}]}},
        "routes": {}},
       "limits": {
        "most": "many"},
       "udp": {}
      }
      """;

  static Stream<Parsed> allFormats() {
    return Stream.of(
        YamlReader.read("f", YAML), TomlReader.read("f", TOML), JsonReader.read("f", JSON));
  }

  @Test
  void allMistakesOfAYamlFileAreToldWithTheirLines() {
    assertThat(told(YamlReader.read("f", YAML)))
        .containsExactly(
            "f:7: http.routers.bad.priority: \"high\" is not a whole number",
            "f:8: http.routers.bad.prio: unknown key; did you mean \"priority\"?",
            "f:9: http.routers.worse.rule: is required",
            "f:11: http.routers.worse.domains[0].mian: unknown key; did you mean \"main\"?",
            "f:11: http.routers.worse.domains[0].main: is required",
            "f:12: http.routes: unknown key; did you mean \"routers\"?",
            "f:14: limits.most: \"many\" is not a whole number",
            "f:15: udp: udp is not served yet");
  }

  @Test
  void allMistakesOfATomlFileAreToldWithTheirLines() {
    assertThat(told(TomlReader.read("f", TOML)))
        .containsExactly(
            "f:6: http.routers.bad.priority: \"high\" is not a whole number",
            "f:7: http.routers.bad.prio: unknown key; did you mean \"priority\"?",
            "f:8: http.routers.worse.rule: is required",
            "f:10: http.routers.worse.domains[0].mian: unknown key; did you mean \"main\"?",
            "f:10: http.routers.worse.domains[0].main: is required",
            "f:11: http.routes: unknown key; did you mean \"routers\"?",
            "f:14: limits.most: \"many\" is not a whole number",
            "f:15: udp: udp is not served yet");
  }

  @Test
  void allMistakesOfAJsonFileAreToldWithTheirLines() {
    assertThat(told(JsonReader.read("f", JSON)))
        .containsExactly(
            "f:7: http.routers.bad.priority: \"high\" is not a whole number",
            "f:8: http.routers.bad.prio: unknown key; did you mean \"priority\"?",
            "f:9: http.routers.worse.rule: is required",
            "f:11: http.routers.worse.domains[0].mian: unknown key; did you mean \"main\"?",
            "f:11: http.routers.worse.domains[0].main: is required",
            "f:12: http.routes: unknown key; did you mean \"routers\"?",
            "f:14: limits.most: \"many\" is not a whole number",
            "f:15: udp: udp is not served yet");
  }

  @ParameterizedTest
  @MethodSource("allFormats")
  void onlyTheObjectsWithAMistakeAreLeftOut(Parsed parsed) {
    assertThat(parsed.problems()).isEmpty();
    assertThat(DECODER.decode(parsed.tree(), Root.class).value())
        .contains(
            new Root(
                new Http(Map.of("good", new Router("one", 0, List.of())), Map.of()),
                Optional.empty()));
  }

  @Test
  void aSectionOfTheWrongKindCountsAsAbsent() {
    Decoded<Root> decoded = decode("http: text\nlimits: {most: 3}\n");

    assertThat(decoded.value())
        .contains(new Root(new Http(Map.of(), Map.of()), Optional.of(new Limits(3))));
    assertThat(decoded.problems())
        .containsExactly(new Problem("f", 1, "http", "a block is expected"));
  }

  @Test
  void aRootThatIsNoSectionIsTakenDown() {
    assertThat(DECODER.decode(YamlReader.read("f", "most: 1\nx: 2").tree(), Limits.class).value())
        .isEmpty();
  }

  @Test
  void aMapWithoutEntriesSaysNothing() {
    assertThat(decode("http: {routers: {}}").problems()).isEmpty();
    assertThat(decode("http: {}").problems()).isEmpty();
  }

  @Test
  void exactlyOneOfACatalogueIsTaken() {
    Decoded<Root> decoded =
        decode(
            """
            http:
              actions:
                one: {addprefix: {prefix: /x}}
                bare: {squeeze: {}}
                on: {squeeze: true}
                two:
                  addPrefix: {prefix: /x}
                  squeeze: {level: 1}
                none: {}
                off: {squeeze: false}
                typo: {addPerfix: {prefix: /x}}
                later: {teleport: {}}
                broken: {addPrefix: {}}
                garbage: {squeeze: hard}
                twice: {squeeze: {}, Squeeze: {}}
                list: [squeeze]
            """);

    assertThat(decoded.value().orElseThrow().http().actions())
        .isEqualTo(
            Map.of(
                "one", new Action("addPrefix", new Prefix("/x")),
                "bare", new Action("squeeze", new Squeeze(5)),
                "on", new Action("squeeze", new Squeeze(5))));
    assertThat(decoded.problems().stream().map(Object::toString))
        .containsExactly(
            "f:6: http.actions.two: multi-types are not supported: addPrefix, squeeze;"
                + " make one object for each",
            "f:9: http.actions.none: needs exactly one type, such as addPrefix",
            "f:10: http.actions.off: needs exactly one type, such as addPrefix",
            "f:11: http.actions.typo.addPerfix: unknown key; did you mean \"addPrefix\"?",
            "f:12: http.actions.later.teleport: teleport is not served yet",
            "f:13: http.actions.broken.addPrefix.prefix: is required",
            "f:14: http.actions.garbage.squeeze: a block of options is expected, or true, or"
                + " false",
            "f:15: http.actions.twice.Squeeze: is given twice",
            "f:16: http.actions.list: a block is expected");
  }

  /** One of two, and a number that is not too large. */
  record Pair(Optional<Integer> left, Optional<Integer> right, @Default("1") int most, int other) {
    Pair {
      if (left.isPresent() == right.isPresent()) {
        throw new IllegalArgumentException("takes one of left and right");
      }
      if (most > 9) {
        throw new IllegalArgumentException("most is at most 9, not " + most);
      }
    }
  }

  private static final Decoder PAIRS = new Decoder(Map.of());

  private static Decoded<Pair> pair(String yaml) {
    return PAIRS.decode(YamlReader.read("f", yaml).tree(), Pair.class);
  }

  private static List<String> toldOf(String yaml) {
    return pair(yaml).problems().stream().map(Object::toString).toList();
  }

  @Test
  void aMistakeInOneOptionHidesNotWhatARecordRefusesInAnother() {
    assertThat(toldOf("left: 1\nmost: 10\nother: x\nmots: 1\n"))
        .containsExactly(
            "f:1: most is at most 9, not 10",
            "f:3: other: \"x\" is not a whole number",
            "f:4: mots: unknown key; did you mean \"most\"?");
    assertThat(pair("left: 1\nother: x\n").value()).isEmpty();
  }

  @Test
  void whatARecordRefusesOnlyForWantOfAnotherOptionIsNotTold() {
    assertThat(toldOf("left: x\n")).containsExactly("f:1: left: \"x\" is not a whole number");
    assertThat(toldOf("left: x\nright: 2\nother: y\n"))
        .containsExactly(
            "f:1: left: \"x\" is not a whole number", "f:3: other: \"y\" is not a whole number");
    assertThat(toldOf("lefd: 1\n"))
        .containsExactly("f:1: lefd: unknown key; did you mean \"left\"?");
    assertThat(toldOf("left: 1\nright: 2\nother: x\n"))
        .containsExactly(
            "f:1: takes one of left and right", "f:3: other: \"x\" is not a whole number");
  }

  @Test
  void aDraftHasTheDefaultsOfWhatCannotBeRead() {
    Tree.Mapping tree = YamlReader.read("f", "left: 1\nmost: many\nunknown: 2\n").tree();

    Decoded<Pair> draft = PAIRS.draft(tree, Pair.class);

    assertThat(draft.value()).contains(new Pair(Optional.of(1), Optional.empty(), 1, 0));
    assertThat(draft.problems()).isEqualTo(PAIRS.decode(tree, Pair.class).problems()).hasSize(2);
    assertThat(PAIRS.decode(tree, Pair.class).value()).isEmpty();
  }

  @Test
  void aDraftIsNotThereWithoutWhatIsRequired() {
    Tree.Mapping tree = YamlReader.read("f", "rule: [a]\npriority: 1\n").tree();

    assertThat(PAIRS.draft(tree, Router.class))
        .isEqualTo(
            new Decoded<>(
                Optional.empty(),
                List.of(new Problem("f", 1, "rule", "a single value is expected"))));
  }

  private static Decoded<Root> decode(String yaml) {
    return DECODER.decode(YamlReader.read("f", yaml).tree(), Root.class);
  }

  private static List<String> told(Parsed parsed) {
    assertThat(parsed.problems()).isEmpty();
    return DECODER.decode(parsed.tree(), Root.class).problems().stream()
        .map(Object::toString)
        .toList();
  }
}
