package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TreesTest {
  @Test
  void blocksAreMergedAndAllElseIsReplaced() {
    assertThat(merged("{a: {x: 1, y: [1, 2]}, b: 1, c: {z: 1}}", "{a: {y: [3]}, b: 2, c: text}"))
        .isEqualTo(
            """
            {"a":{"x":"1","y":["3"]},"b":"2","c":"text"}\
            """);
  }

  @Test
  void keysAreTheSameWhateverTheirCase() {
    assertThat(merged("{entryPoints: {web: {address: a}}}", "{ENTRYPOINTS: {WEB: {Address: b}}}"))
        .isEqualTo(
            """
            {"entryPoints":{"web":{"address":"b"}}}\
            """);
  }

  @Test
  void aKeyThatIsSpeltAlikeGoesBefore() {
    assertThat(merged("{Web: 1, web: 2}", "{web: 3}")).isEqualTo("{\"Web\":\"1\",\"web\":\"3\"}");
  }

  @Test
  void keysOfOneSourceAreNotMergedWithEachOther() {
    assertThat(merged("{x: 1}", "{Web: {a: 1}, web: {b: 2}}"))
        .isEqualTo(
            """
            {"x":"1","Web":{"a":"1"},"web":{"b":"2"}}\
            """);
  }

  @Test
  void theResultKnowsWhereEachPartCameFrom() {
    Tree.Mapping merged =
        Trees.merge(
            YamlReader.read("under", "a: {x: 1,\n y: 2}").tree(),
            YamlReader.read("over", "a:\n  x: 1").tree());

    assertThat(Tree.placeOf(merged, "a.x")).isEqualTo(new Place("over", 2));
    assertThat(Tree.placeOf(merged, "a.y")).isEqualTo(new Place("under", 2));
  }

  @Test
  void nothingOnTopChangesNothing() {
    Tree.Mapping under = YamlReader.read("under", "a: {x: 1}").tree();

    assertThat(Trees.merge(under, Tree.Mapping.EMPTY)).isEqualTo(under);
    assertThat(Trees.merge(Tree.Mapping.EMPTY, under)).isEqualTo(under);
  }

  private static String merged(String under, String over) {
    return Encoder.json(
        Trees.merge(YamlReader.read("under", under).tree(), YamlReader.read("over", over).tree()));
  }
}
