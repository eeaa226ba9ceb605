package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.TlsClient.Outcome;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsEngines;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.providers.dynamic.Tls;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With both implementations of TLS. */
@ParameterizedClass
@FieldSource("io.phalanx.node.entrypoint.TlsTest#ENGINES")
final class TlsSessionsTest {
  private static final Tls.Certificate A = TestCertificates.of(Kind.P256, "a.test");
  private static final Tls.Certificate B = TestCertificates.of(Kind.P256, "*.b.test");
  private static final Tls.Options WITHOUT_TICKETS =
      new Tls.Options(
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          false,
          List.of(),
          true,
          false);

  private final TlsEngines engines;
  private final Rig.Options options = new Rig.Options();

  TlsSessionsTest(TlsEngines engines) {
    this.engines = engines;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void takesSessionsUpAgainForOneCertificateAndNotAcross(String version) throws Exception {
    options.tls = TestCertificates.table(engines, A, B);
    try (var rig = new Rig(options)) {
      var client = new TlsClient();
      client.protocols = new String[] {version};
      Outcome first = client.get(rig.entryPoint.address(), "a.test");
      awaitAnotherMillisecond();

      Outcome again = client.get(rig.entryPoint.address(), "a.test");
      Outcome other = client.get(rig.entryPoint.address(), "c.b.test");

      assertThat(again.created()).isEqualTo(first.created());
      assertThat(other.created()).isGreaterThan(first.created());
    }
  }

  @Test
  void withoutTicketsNoSessionIsTakenUpAgain() throws Exception {
    options.tls =
        TlsTable.builder(
                TestCertificates.settings(
                    new Tls(List.of(A), Map.of(Tls.DEFAULT, WITHOUT_TICKETS), Map.of()), engines))
            .build();
    try (var rig = new Rig(options)) {
      var client = new TlsClient();
      Outcome first = client.get(rig.entryPoint.address(), "a.test");
      awaitAnotherMillisecond();

      assertThat(client.get(rig.entryPoint.address(), "a.test").created())
          .isGreaterThan(first.created());
    }
  }

  private static void awaitAnotherMillisecond() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() <= now + 1) {
      Thread.onSpinWait();
    }
  }
}
