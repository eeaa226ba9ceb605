package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvironmentReaderTest {
  private static final Set<String> ROOTS = Set.of("ping", "log", "entryPoints");

  record Root(List<Domain> domains, Map<String, Domain> entryPoints) {}

  record Domain(String main, List<String> sans) {}

  @Test
  void underscoresSeparateKeys() {
    Parsed parsed =
        read(Map.of("TRAEFIK_LOG_LEVEL", "DEBUG", "TRAEFIK_ENTRYPOINTS_WEB_ADDRESS", ":80"));

    assertThat(Encoder.json(parsed.tree()))
        .isEqualTo(
            """
            {"entrypoints":{"web":{"address":":80"}},"log":{"level":"DEBUG"}}\
            """);
  }

  @Test
  void aVariableWhoseFirstWordIsNoOptionBelongsToSomeoneElse() {
    Parsed parsed =
        read(
            Map.of(
                "TRAEFIK_SHOESIZE_LARGE",
                "44",
                "TRAEFIK_",
                "x",
                "TRAEFIK",
                "x",
                "PING",
                "x",
                "TRAEFIK_PINGPONG",
                "x"));

    assertThat(parsed).isEqualTo(new Parsed(Tree.Mapping.empty(parsed.tree().place()), List.of()));
  }

  @Test
  void behindAKnownFirstWordAllMustBeRight() {
    assertThat(read(Map.of("TRAEFIK_LOG__LEVEL", "x")).problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.source()).isEqualTo("environment variable TRAEFIK_LOG__LEVEL"));
  }

  @Test
  void aBlockMayBeTurnedOnBesideItsOptions() {
    Parsed parsed = read(Map.of("TRAEFIK_PING", "true", "TRAEFIK_PING_ENTRYPOINT", "web"));

    assertThat(Encoder.json(parsed.tree())).isEqualTo("{\"ping\":{\"entrypoint\":\"web\"}}");
  }

  @Test
  void thePrefixMatchesWhateverItsCase() {
    assertThat(Encoder.json(read(Map.of("traefik_ping", "true")).tree()))
        .isEqualTo("{\"ping\":\"true\"}");
  }

  @Test
  void numbersAreElementsWhereAListIsExpectedAndNamesElsewhere() {
    Parsed parsed =
        EnvironmentReader.read(
            Map.of(
                "P_DOMAINS_10_MAIN", "ten",
                "P_DOMAINS_2_MAIN", "two",
                "P_DOMAINS_2_SANS", "a, b",
                "P_ENTRYPOINTS_8080_MAIN", "port"),
            "P_",
            Set.of("domains", "entryPoints"));

    assertThat(new Decoder(Map.of()).decode(parsed.tree(), Root.class).value())
        .contains(
            new Root(
                List.of(new Domain("two", List.of("a", "b")), new Domain("ten", List.of())),
                Map.of("8080", new Domain("port", List.of()))));
  }

  private static Parsed read(Map<String, String> environment) {
    return EnvironmentReader.read(environment, "TRAEFIK_", ROOTS);
  }
}
