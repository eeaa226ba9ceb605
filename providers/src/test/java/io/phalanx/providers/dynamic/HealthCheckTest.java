package io.phalanx.providers.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.tree.Encoder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of health checks as they are read. */
final class HealthCheckTest {
  private static DynamicConfigReader.Result read(String options) {
    return DynamicConfigReader.read(
        "f.yml", "http: {services: {s: {loadBalancer: {" + options + "}}}}");
  }

  private static Service.LoadBalancer balancer(String options) {
    DynamicConfigReader.Result read = read(options);
    assertThat(read.decoded().problems()).isEmpty();
    Service service = read.decoded().value().orElseThrow().http().services().get("s");
    return Optional.ofNullable(service).flatMap(Service::loadBalancer).orElseThrow();
  }

  @Test
  void theDefaultsAreTraefiks() {
    assertThat(balancer("healthCheck: {path: /health}").healthCheck())
        .contains(
            new HealthCheck(
                HealthCheck.Mode.HTTP,
                Optional.empty(),
                "/health",
                "GET",
                0,
                Optional.empty(),
                Duration.ofSeconds(30),
                Optional.empty(),
                Duration.ofSeconds(5),
                Optional.empty(),
                true,
                Map.of()));
    assertThat(balancer("passiveHealthCheck: {}").passiveHealthCheck())
        .contains(new PassiveHealthCheck(Duration.ofSeconds(10), 1));
  }

  @Test
  void valuesOfHeadersAreNotShown() {
    Service.LoadBalancer balancer =
        balancer("healthCheck: {headers: {Authorization: 'Bearer s3cret'}}");

    assertThat(Encoder.json(MiddlewareTypes.DECODER.maskingEncoder().encode(balancer)))
        .contains("\"headers\":{\"Authorization\":\"********\"}");
    assertThat(balancer.toString()).doesNotContain("s3cret");
    assertThat(Encoder.json(MiddlewareTypes.DECODER.encoder().encode(balancer)))
        .contains("Bearer s3cret");
  }

  @Test
  void whatIsEmptyIsAsIfItWereNotThere() {
    HealthCheck check =
        balancer("healthCheck: {scheme: '', port: 0, hostname: ''}").healthCheck().orElseThrow();

    assertThat(check.scheme()).isEmpty();
    assertThat(check.port()).isEmpty();
    assertThat(check.hostname()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "healthCheck: {scheme: ftp} | scheme is one of http, https and h2c, not \"ftp\"",
        "healthCheck: {port: 70000} | port is from 1 to 65535, not 70000",
        "healthCheck: {status: 99} | status is from 200 to 599, or 0 for any from 200 to 399, not"
            + " 99",
        "healthCheck: {path: 'http://a/health'} | path is a path, not \"http://a/health\"",
        "healthCheck: {path: '//a/health'} | path is a path, not \"//a/health\"",
        "healthCheck: {path: '/a#b'} | path has no \"#\"",
        "healthCheck: {path: '/a b'} | path cannot be read",
        "healthCheck: {interval: 0s} | interval is 10ms or more",
        "healthCheck: {unhealthyInterval: -1s} | unhealthyInterval is 10ms or more",
        "healthCheck: {timeout: 0s} | timeout is longer than 0",
        "healthCheck: {interval: 0s, timeout: 0s} | more; timeout is",
        "healthCheck: {mode: ping} | ping",
        "slowStart: 10s | slowStart needs healthCheck or passiveHealthCheck",
        "slowStart: -1s | slowStart is 0 or longer",
        "passiveHealthCheck: {failureWindow: 0s} | failureWindow is longer than 0",
        "passiveHealthCheck: {maxFailedAttempts: 0} | maxFailedAttempts is from 1 to 1000, not 0",
        "passiveHealthCheck: {maxFailedAttempts: 1001} | from 1 to 1000, not 1001"
      })
  void whatCanNeverWorkIsAMistake(String options, String message) {
    assertThat(read(options).decoded().problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).startsWith("http.services.s.loadBalancer");
              assertThat(problem.message()).contains(message);
            });
  }
}
