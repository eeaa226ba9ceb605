package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.Resolver;
import io.phalanx.node.acme.dns.DnsOptions;
import io.phalanx.node.acme.dns.MissingVariableException;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.SettingsReader;
import io.phalanx.node.settings.Told;
import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Encoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Challenges by DNS, from settings to what is done. */
class ResolverMappingTest {
  private static final String DNS = "--certificatesResolvers.le.acme.dnsChallenge.";
  private static final String PROVIDER = DNS + "provider=digitalocean";
  private static final Map<String, String> TOKEN = Map.of("DO_AUTH_TOKEN", "sesame");

  @TempDir private Path directory;

  private SettingsReader reader() {
    return new SettingsReader(Map.of(), Map.of(), directory);
  }

  private static List<String> arguments(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--entryPoints.web.address=:8080");
    return all;
  }

  private Settings settings(String... arguments) {
    Decoded<Settings> decoded = reader().decode(reader().sources(arguments(arguments)).tree());
    assertThat(decoded.problems()).isEmpty();
    return decoded.value().orElseThrow();
  }

  private Resolver resolver(Map<String, String> environment, String... arguments) {
    return ResolverMapping.resolver(
        "le",
        Objects.requireNonNull(settings(arguments).certificatesResolvers().get("le")).acme(),
        environment);
  }

  private DnsOptions dns(String... arguments) {
    return resolver(TOKEN, arguments).dns().orElseThrow();
  }

  private List<Problem> problems(Map<String, String> environment, String... arguments) {
    var tree = reader().sources(arguments(arguments)).tree();
    return Preparation.problems(
        settings(arguments), tree, new Told(List.of()), environment, Optional.empty());
  }

  @Test
  void isCheckedAtTheZonesServersUnlessSaidOtherwise() {
    DnsOptions options = dns(PROVIDER);

    assertThat(options.checks()).isEqualTo(new DnsOptions.Checks(true, false));
    assertThat(options.delay()).isZero();
    assertThat(options.recursive()).isEmpty();
  }

  @Test
  void readsTraefiksOptionsAndOurs() {
    DnsOptions options =
        dns(
            PROVIDER,
            DNS + "resolvers=192.0.2.1,[2001:db8::1]:5353",
            DNS + "propagation.disableANSChecks=true",
            DNS + "propagation.requireAllRNS=true",
            DNS + "propagation.delayBeforeChecks=20s",
            DNS + "propagation.nameServers=ns.test:54",
            DNS + "variables.DO_TTL=60");

    assertThat(options.checks()).isEqualTo(new DnsOptions.Checks(false, true));
    assertThat(options.delay()).isEqualTo(Duration.ofSeconds(20));
    assertThat(options.recursive())
        .extracting(Object::toString)
        .containsExactly("192.0.2.1:53", "[2001:db8::1]:5353");
    assertThat(options.nameServers()).extracting(Object::toString).containsExactly("ns.test:54");
    assertThat(options.variables().own()).containsOnlyKeys("DO_TTL");
  }

  @Test
  void readsTheOptionsThatAreDeprecated() {
    DnsOptions options =
        dns(PROVIDER, DNS + "delayBeforeCheck=5", DNS + "disablePropagationCheck=true");

    assertThat(options.checks()).isEqualTo(new DnsOptions.Checks(false, false));
    assertThat(options.delay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(dns(PROVIDER, DNS + "propagation.disableChecks=true").checks())
        .isEqualTo(new DnsOptions.Checks(false, false));
  }

  @Test
  void credentialsMayBeOnOtherMembers() {
    assertThat(problems(Map.of(), PROVIDER)).isEmpty();
    assertThatThrownBy(() -> resolver(Map.of(), PROVIDER))
        .isInstanceOf(MissingVariableException.class)
        .hasMessageContaining("DO_AUTH_TOKEN");
    assertThat(resolver(Map.of(), PROVIDER, DNS + "variables.DO_AUTH_TOKEN=own").dns()).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "provider=digitalozean | did you mean \"digitalocean\"?",
        "variables.DO_AUTH_TOKN=x | knows no DO_AUTH_TOKN; did you mean",
        "variables.DO_TTL=x | DO_TTL is a number of seconds",
        "resolvers=a:b:c | dnsChallenge.resolvers: \"a:b:c\" is no name server",
        "propagation.nameServers=: | dnsChallenge.propagation.nameServers: \":\" is no",
      })
  void whatIsWrongIsToldBeforeTheNodeStarts(String option, String message) {
    List<Problem> problems =
        option.startsWith("provider=")
            ? problems(TOKEN, DNS + option)
            : problems(TOKEN, PROVIDER, DNS + option);

    assertThat(problems).singleElement().asString().contains(message);
    assertThat(problems.getFirst().path()).isEqualTo("certificatesResolvers.le.acme");
  }

  @Test
  void secretsDoNotShow() {
    assertThat(
            resolver(TOKEN, PROVIDER, DNS + "variables.DO_AUTH_TOKEN=own-sesame").toString()
                + settings(PROVIDER, DNS + "variables.DO_AUTH_TOKEN=own-sesame"))
        .doesNotContain("sesame");
  }

  @Test
  void variablesTravelWithTheSettings() {
    Settings given = settings(PROVIDER, DNS + "variables.DO_AUTH_TOKEN=own-sesame");

    assertThat(reader().decode(reader().written(given)).value()).contains(given);
    assertThat(Encoder.indentedJson(reader().masked(given)))
        .contains("DO_AUTH_TOKEN")
        .doesNotContain("sesame");
  }
}
