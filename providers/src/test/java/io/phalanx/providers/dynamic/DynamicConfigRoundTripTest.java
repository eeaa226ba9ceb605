package io.phalanx.providers.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.RandomRecords;
import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.tree.YamlReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DynamicConfigRoundTripTest {
  @Test
  void anyConfigurationIsReadAsItWasWritten() {
    List<Map.Entry<String, Class<? extends Record>>> types =
        MiddlewareTypes.ALL.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    var records =
        new RandomRecords(
            42,
            Map.of(
                Middleware.class,
                random -> {
                  Map.Entry<String, Class<? extends Record>> type = random.any(types);
                  return new Middleware(type.getKey(), random.record(type.getValue()));
                },
                ServersTransport.ProxyProtocol.class,
                random -> new ServersTransport.ProxyProtocol(random.any(List.of(1, 2))),
                HealthCheck.class,
                random ->
                    new HealthCheck(
                        random.any(List.of(HealthCheck.Mode.values())),
                        random.any(List.of(Optional.empty(), Optional.of("https"))),
                        random.any(List.of("", "/a?b", "../health")),
                        "GET",
                        random.any(List.of(0, 204)),
                        random.any(List.of(Optional.empty(), Optional.of(8080))),
                        Duration.ofSeconds(30),
                        random.any(List.of(Optional.empty(), Optional.of(Duration.ofMillis(10)))),
                        Duration.ofMillis(1),
                        random.any(List.of(Optional.empty(), Optional.of("app.test"))),
                        random.any(List.of(true, false)),
                        random.any(List.of(Map.of(), Map.of("X-A", new Secret("b"))))),
                PassiveHealthCheck.class,
                random -> new PassiveHealthCheck(Duration.ofSeconds(10), random.any(List.of(1, 9))),
                LimitOptions.Quota.class,
                random ->
                    new LimitOptions.Quota(
                        7,
                        random.any(List.of("hour", "week", "36h")),
                        random.any(List.of(LimitOptions.Kind.values())),
                        Optional.empty(),
                        Optional.empty(),
                        random.any(List.of(LimitOptions.Scope.values())),
                        random.any(List.of(LimitOptions.OnSplit.values())),
                        random.any(List.of(Optional.empty(), Optional.of("all"))),
                        random.any(List.of(true, false))),
                FlowOptions.CircuitBreaker.class,
                random ->
                    new FlowOptions.CircuitBreaker(
                        random.any(List.of("", "NetworkErrorRatio() > 0.5")),
                        random.any(List.of(Duration.ofMillis(1), Duration.ofHours(1))),
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(2),
                        random.any(List.of(200, 503, 599)),
                        random.any(List.of(LimitOptions.Scope.values())))));
    for (int i = 0; i < 1_000; i++) {
      DynamicConfig written = records.record(DynamicConfig.class);

      Encoder encoder = MiddlewareTypes.DECODER.encoder();
      for (Object encoded : List.of(encoder.encode(written), encoder.later(written))) {
        Decoded<DynamicConfig> read =
            MiddlewareTypes.DECODER.decode(
                JsonReader.read("f", Encoder.json(encoded)).tree(), DynamicConfig.class);

        assertThat(read.problems()).isEmpty();
        assertThat(read.value()).contains(written);
      }
      Decoded<DynamicConfig> ofYaml =
          YamlReader.decode(
              "f",
              Encoder.json(encoder.encode(written)),
              MiddlewareTypes.DECODER,
              DynamicConfig.class);
      assertThat(ofYaml).isEqualTo(new Decoded<>(Optional.of(written), List.of()));
      JsonReader.Partly<DynamicConfig> partly =
          JsonReader.readEncoded(
              "f",
              Encoder.hiddenJson(
                  Map.of("all", Map.of("one", encoder.later(written)), "format", "1")),
              "all",
              MiddlewareTypes.DECODER,
              DynamicConfig.class);
      assertThat(partly.parts()).containsExactly(Map.entry("one", ofYaml));
      assertThat(partly.rest().tree().entries()).containsOnlyKeys("format");
    }
  }
}
