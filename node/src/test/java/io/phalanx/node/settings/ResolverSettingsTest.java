package io.phalanx.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResolverSettingsTest {
  private static final String ACME = "--certificatesResolvers.le.acme.";
  private static final String CHALLENGE = ACME + "tlsChallenge=true";

  @TempDir private Path directory;

  @Test
  void whatIsNotGivenIsAsInTraefik() {
    ResolverSettings.Acme acme = acme(CHALLENGE);

    assertThat(acme.caServer()).isEqualTo("https://acme-v02.api.letsencrypt.org/directory");
    assertThat(acme.keyType()).isEqualTo(ResolverSettings.KeyType.RSA4096);
    assertThat(acme.certificatesDuration()).isEqualTo(2160);
    assertThat(acme.clientTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(acme.clientResponseHeaderTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(acme.certificateTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(acme.storage()).isEqualTo("acme.json");
    assertThat(acme.tlsChallenge()).contains(new ResolverSettings.TlsChallenge(Duration.ZERO));
    assertThat(acme.httpChallenge()).isEmpty();
  }

  @Test
  void readsAllThatIsServed() {
    ResolverSettings.Acme acme =
        acme(
            ACME + "email=ops@example.org",
            ACME + "caServer=https://ca.internal/dir",
            ACME + "preferredChain=Some Root",
            ACME + "profile=shortlived",
            ACME + "emailAddresses=a@example.org,b@example.org",
            ACME + "disableCommonName=true",
            ACME + "storage=/letsencrypt/acme.json",
            ACME + "keyType=EC256",
            ACME + "eab.kid=kid-1",
            ACME + "eab.hmacEncoded=c2VjcmV0LWtleQ",
            ACME + "certificatesDuration=144",
            ACME + "caCertificates=/etc/ca.pem",
            ACME + "caSystemCertPool=true",
            ACME + "httpChallenge.entryPoint=web",
            ACME + "httpChallenge.delay=2s",
            ACME + "onDemand.ask=http://127.0.0.1:9000/may",
            ACME + "onDemand.perHour=5");

    assertThat(acme.email()).contains("ops@example.org");
    assertThat(acme.onDemand())
        .contains(
            new ResolverSettings.OnDemand(
                "http://127.0.0.1:9000/may", Duration.ofSeconds(2), 5, 500));
    assertThat(acme.keyType()).isEqualTo(ResolverSettings.KeyType.EC256);
    assertThat(acme.emailAddresses()).hasSize(2);
    assertThat(acme.eab().orElseThrow().hmacEncoded().value()).isEqualTo("c2VjcmV0LWtleQ");
    assertThat(acme.toString()).doesNotContain("c2VjcmV0LWtleQ");
    assertThat(acme.httpChallenge())
        .contains(new ResolverSettings.HttpChallenge("web", Duration.ofSeconds(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "caServer=http://ca.internal/dir | caServer is the https URL",
        "caServer=nonsense | caServer is the https URL",
        "email=nobody | no address of e-mail",
        "emailAddresses=a@b@c | no address of e-mail",
        "certificatesDuration=0 | at least 1 hour",
        "clientTimeout=0s | must be above 0",
        "keyType=RSA1024 | RSA",
        "eab.kid=only | hmacEncoded",
        "dnsChallenge.resolvers=192.0.2.1 | provider",
        "dnsChallenge.propagation.requireAllRNS=true | provider",
        "caServerName=other | caServerName is not served yet",
        "httpChallenge.delay=1s | entryPoint",
        "httpChallenge.entryPoint=wbe | there is no entry point \"wbe\"",
        "tlsChallenge.delay=-1s | must not be negative",
        "onDemand.ask=ftp://x/may | ask is an http or https URL",
        "onDemand.ask=may | ask is an http or https URL",
        "onDemand.perHour=5 | ask",
        "emial=a@b.c | unknown"
      })
  void namesWhatIsWrong(String option, String message) {
    List<Problem> problems = decode(CHALLENGE, ACME + option).problems();

    assertThat(problems).isNotEmpty();
    assertThat(problems).anySatisfy(problem -> assertThat(problem.toString()).contains(message));
    assertThat(problems)
        .allSatisfy(problem -> assertThat(problem.path()).startsWith("certificatesResolvers.le"));
  }

  @Test
  void aResolverNeedsAChallenge() {
    assertThat(decode(ACME + "email=ops@example.org").problems())
        .singleElement()
        .asString()
        .contains("certificatesResolvers.le.acme", "needs a challenge");
  }

  @Test
  void tailscaleIsNamed() {
    assertThat(decode("--certificatesResolvers.le.tailscale=true").problems())
        .anySatisfy(
            problem -> assertThat(problem.toString()).contains("tailscale is not served yet"));
  }

  private ResolverSettings.Acme acme(String... arguments) {
    Decoded<Settings> decoded = decode(arguments);
    assertThat(decoded.problems()).isEmpty();
    return Objects.requireNonNull(decoded.value().orElseThrow().certificatesResolvers().get("le"))
        .acme();
  }

  private Decoded<Settings> decode(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--entryPoints.web.address=:8080");
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    return reader.decode(reader.sources(all).tree());
  }
}
