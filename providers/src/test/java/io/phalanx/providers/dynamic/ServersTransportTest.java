package io.phalanx.providers.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.ServersTransport.ProxyProtocol;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.LabelReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ServersTransportTest {
  private static Optional<ProxyProtocol> proxyProtocol(Decoded<DynamicConfig> decoded) {
    assertThat(decoded.problems()).isEmpty();
    return Optional.ofNullable(
            decoded.value().orElseThrow().http().serversTransports().get("inside"))
        .orElseThrow()
        .proxyProtocol();
  }

  private static Decoded<DynamicConfig> read(String file, String text) {
    return DynamicConfigReader.read(file, text).decoded();
  }

  private static Decoded<DynamicConfig> yaml(String proxyProtocol) {
    return read(
        "t.yml",
        "http:\n  serversTransports:\n    inside:\n      serverName: a\n      proxyProtocol: "
            + proxyProtocol);
  }

  private static Decoded<DynamicConfig> labels(String key, String value) {
    return MiddlewareTypes.DECODER.decode(
        LabelReader.read(
                "container c1",
                "traefik",
                Map.of("traefik.http.serverstransports.inside." + key, value))
            .tree(),
        DynamicConfig.class);
  }

  static Stream<Decoded<DynamicConfig>> version1() {
    return Stream.of(
        yaml("{version: 1}"),
        read("t.toml", "[http.serversTransports.inside.proxyProtocol]\nversion = 1\n"),
        read(
            "t.json",
            "{\"http\":{\"serversTransports\":{\"inside\":{\"proxyProtocol\":{\"version\":1}}}}}"),
        labels("proxyprotocol.version", "1"));
  }

  static Stream<Decoded<DynamicConfig>> withoutVersion() {
    return Stream.of(
        yaml("{}"),
        read("t.toml", "[http.serversTransports.inside.proxyProtocol]\n"),
        read("t.json", "{\"http\":{\"serversTransports\":{\"inside\":{\"proxyProtocol\":{}}}}}"),
        labels("proxyprotocol", "true"));
  }

  @ParameterizedTest
  @MethodSource
  void version1(Decoded<DynamicConfig> decoded) {
    assertThat(proxyProtocol(decoded)).contains(new ProxyProtocol(1));
  }

  @ParameterizedTest
  @MethodSource
  void withoutVersion(Decoded<DynamicConfig> decoded) {
    assertThat(proxyProtocol(decoded)).contains(new ProxyProtocol(2));
  }

  @Test
  void noHeaderIsSentUnlessItIsAskedFor() {
    assertThat(proxyProtocol(yaml("false"))).isEmpty();
    assertThat(proxyProtocol(labels("servername", "a"))).isEmpty();
  }

  @Test
  void isWrittenAsItIsRead() {
    DynamicConfig config = yaml("{version: 1}").value().orElseThrow();
    String json = Encoder.indentedJson(MiddlewareTypes.DECODER.maskingEncoder().encode(config));

    assertThat(proxyProtocol(read("t.json", json))).contains(new ProxyProtocol(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{version: 3} | proxyProtocol: version must be 1 or 2, but is 3",
        "{version: 0} | proxyProtocol: version must be 1 or 2, but is 0",
        "{version: -1} | proxyProtocol: version must be 1 or 2, but is -1",
        "{version: v2} | proxyProtocol.version: ",
        "{version: [2]} | proxyProtocol.version: ",
        "{versoin: 2} | proxyProtocol.versoin: unknown key; did you mean \"version\"?",
        "2 | proxyProtocol: ",
        "[2] | proxyProtocol: ",
      })
  void aMistakeIsToldWithItsLineAndTakesTheTransportAway(String given, String told) {
    Decoded<DynamicConfig> decoded = yaml(given);

    assertThat(decoded.problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .startsWith("t.yml:5: http.serversTransports.inside." + told);
    assertThat(decoded.value().orElseThrow().http().serversTransports()).isEmpty();
  }

  @Test
  void aMistakeInALabelIsToldWithTheLabel() {
    assertThat(labels("proxyprotocol.version", "3").problems())
        .extracting(Problem::toString)
        .isEqualTo(
            List.of(
                "container c1, traefik.http.serverstransports.inside.proxyprotocol.version:"
                    + " http.serversTransports.inside.proxyProtocol: version must be 1 or 2, but"
                    + " is 3"));
  }
}
