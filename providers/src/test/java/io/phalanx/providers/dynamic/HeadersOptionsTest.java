package io.phalanx.providers.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.tree.Encoder;
import org.junit.jupiter.api.Test;

/** Options of {@code headers} as they are read and shown. */
final class HeadersOptionsTest {
  private static final String OPTIONS =
      "customRequestHeaders: {Authorization: 'Bearer s3cret'}, customResponseHeaders: {X-A: shown}";

  @Test
  void whatLetsRequestsInAtAServerIsNotShown() {
    DynamicConfig config =
        DynamicConfigReader.read("f.yml", "http: {middlewares: {m: {headers: {" + OPTIONS + "}}}}")
            .decoded()
            .value()
            .orElseThrow();

    assertThat(Encoder.json(MiddlewareTypes.DECODER.maskingEncoder().encode(config)))
        .contains("\"customRequestHeaders\":{\"Authorization\":\"********\"}")
        .contains("\"customResponseHeaders\":{\"X-A\":\"shown\"}");
    assertThat(Encoder.json(MiddlewareTypes.DECODER.encoder().encode(config)))
        .contains("Bearer s3cret");
  }
}
