package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.forwarding.ServerIdentity;
import io.phalanx.node.forwarding.TransportOptions;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.SettingsReader;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportMappingTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void hasTraefiksDefaults() {
    TransportOptions options = options("serverName: a");

    assertThat(options.timeouts()).isEqualTo(TransportOptions.Timeouts.STANDARD);
    assertThat(options.maxIdlePerServer()).isEqualTo(2);
    assertThat(options.http2()).isTrue();
    assertThat(options.tls().serverName()).contains("a");
    assertThat(options.tls().identity()).isEqualTo(new ServerIdentity.HostName());
  }

  @Test
  void tellsServersWhoTheClientIsWhereThatIsWanted() {
    assertThat(options("serverName: a").proxyProtocol()).isEmpty();
    assertThat(options("proxyProtocol: {version: 1}").proxyProtocol()).contains(ProxyVersion.V1);
    assertThat(options("proxyProtocol: {version: 2}").proxyProtocol()).contains(ProxyVersion.V2);
    assertThat(options("proxyProtocol: {}").proxyProtocol()).contains(ProxyVersion.V2);
  }

  @Test
  void keepsNoConnectionWhereTheNumberIsNegative() {
    assertThat(options("maxIdleConnsPerHost: -1").maxIdlePerServer()).isZero();
  }

  @Test
  void keepsNoneByTheStandardTransportEither() {
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    Decoded<Settings> decoded =
        reader.decode(reader.sources(List.of("--serversTransport.maxIdleConnsPerHost=-1")).tree());

    assertThat(decoded.problems()).isEmpty();
    assertThat(TransportMapping.standard(decoded.value().orElseThrow()).maxIdlePerServer())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.test", "A.test.", "my_server", "bücher.example", "10.0.0.1", "::1"})
  void takesAnyNameThatACertificateMayHave(String name) {
    assertThat(options("serverName: '" + name + "'").tls().serverName()).contains(name);
  }

  @Test
  void readsTimes() {
    var timeouts =
        options(
                "forwardingTimeouts: {dialTimeout: 1s, responseHeaderTimeout: 2s, idleConnTimeout:"
                    + " 3s, readIdleTimeout: 4s, pingTimeout: 5s, maxConnAge: 6s}")
            .timeouts();

    assertThat(timeouts)
        .isEqualTo(
            new TransportOptions.Timeouts(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(6)));
  }

  @Test
  void readsFilesAndTextInTheirPlace() throws IOException {
    Files.writeString(file("ca.pem"), "# comment\n" + certificate());
    Files.writeString(file("key.pem"), key());
    TransportOptions files =
        options(
            "rootCAs: ['%s']\ncertificates: [{certFile: '%s', keyFile: '%s'}]"
                .formatted(file("ca.pem"), file("ca.pem"), file("key.pem")));
    TransportOptions texts =
        options(
            "rootCAs: [\"%s\"]\ncertificates: [{certFile: \"%s\", keyFile: \"%s\"}]"
                .formatted(escaped(certificate()), escaped(certificate()), escaped(key())));

    assertThat(files.tls().roots()).hasSize(1);
    assertThat(files).isEqualTo(texts);
    assertThat(files.toString()).doesNotContain("PrivateKey");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rootCAs: [/nowhere/ca.pem] | /nowhere/ca.pem",
        "rootCAs: [EMPTY] | holds no certificate",
        "rootCAs: [BROKEN] | cannot be read",
        "certificates: [{certFile: CERT, keyFile: /nowhere/key} ] | /nowhere/key",
        "certificates: [{certFile: CERT, keyFile: EMPTY} ] | holds no private key",
        "certificates: [{certFile: CERT, keyFile: OTHER} ] | not the one of the certificate",
        "minVersion: VersionTLS14 | VersionTLS1",
        "{minVersion: VersionTLS13, maxVersion: VersionTLS12} | above",
        "cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA25] | did you mean",
        "cipherSuites: [NOT_A_CIPHER] | NOT_A_CIPHER",
        "spiffe: {ids: ['spiffe://a/b']} | Workload API",
        "{rootCAs: [CERT], spiffe: {ids: [nonsense]}} | nonsense",
        "{rootCAs: [CERT], serverName: a, spiffe: {trustDomain: a}} | stands alone",
        "forwardingTimeouts: {dialTimeout: -1s} | negative",
        "serverName: 'a b' | serverName: \"a b\" is no name of a host",
        "serverName: 'a..b' | serverName: \"a..b\" is no name of a host",
        "peerCertURI: '::' | peerCertURI: \"::\" is no URI with a scheme",
        "peerCertURI: 'a.test/b' | peerCertURI: \"a.test/b\" is no URI with a scheme",
        "peerCertSANs: [{type: URI, value: 'a b'}] | peerCertSANs: \"a b\" is no URI with a scheme",
        "peerCertSANs: [{type: DNSName, value: ''}] | peerCertSANs: \"\" is no name of a host",
      })
  void tellsWhatCannotBeUsed(String yaml, String message) throws IOException {
    Files.writeString(file("cert.pem"), certificate());
    Files.writeString(file("empty.pem"), "nothing in here");
    Files.writeString(
        file("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    Files.writeString(
        file("other.pem"),
        PemTexts.text("PRIVATE KEY", PemTexts.keyPair().getPrivate().getEncoded()));
    String used =
        yaml.replace("CERT", file("cert.pem").toString())
            .replace("EMPTY", file("empty.pem").toString())
            .replace("BROKEN", file("broken.pem").toString())
            .replace("OTHER", file("other.pem").toString());

    assertThatThrownBy(() -> options(used))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void takesTheLeastVersionAlone() {
    assertThat(options("minVersion: VersionTLS12").tls().protocols())
        .containsExactly("TLSv1.2", "TLSv1.3");
    assertThat(options("maxVersion: VersionTLS12").tls().protocols()).containsExactly("TLSv1.2");
  }

  @Test
  void knowsWhoTheServerHasToBe() throws IOException {
    Files.writeString(file("ca.pem"), certificate());

    assertThat(options("insecureSkipVerify: true").tls().identity())
        .isEqualTo(new ServerIdentity.Anyone());
    assertThat(options("{insecureSkipVerify: true, peerCertURI: 'x:y'}").tls().identity())
        .isEqualTo(new ServerIdentity.OneOf(List.of(new ServerIdentity.Name.Uri("x:y")), false));
    assertThat(options("peerCertURI: 'x:y'").tls().identity())
        .isEqualTo(new ServerIdentity.OneOf(List.of(new ServerIdentity.Name.Uri("x:y")), true));
    assertThat(
            options("peerCertSANs: [{type: DNSName, value: a}, {type: URI, value: 'x:y'}]")
                .tls()
                .identity())
        .isEqualTo(
            new ServerIdentity.OneOf(
                List.of(new ServerIdentity.Name.Dns("a"), new ServerIdentity.Name.Uri("x:y")),
                false));
    assertThat(
            options("{rootCAs: ['%s'], spiffe: {trustDomain: a.test}}".formatted(file("ca.pem")))
                .tls()
                .identity())
        .isEqualTo(
            new ServerIdentity.SpiffeId(java.util.Set.of(), java.util.Optional.of("a.test")));
  }

  @Test
  void showsNoKey() {
    DynamicConfig config =
        read("certificates: [{certFile: a.crt, keyFile: \"" + escaped(key()) + "\"}]");
    String shown = Encoder.indentedJson(MiddlewareTypes.DECODER.maskingEncoder().encode(config));

    assertThat(shown).contains("a.crt").doesNotContain("PRIVATE").contains("********");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static String escaped(String pem) {
    return pem.replace("\n", "\\n");
  }

  private static String certificate() {
    return PemTexts.CERTIFICATE;
  }

  private static String key() {
    return PemTexts.KEY;
  }

  private static TransportOptions options(String yaml) {
    ServersTransport transport = read(yaml).http().serversTransports().get("t");
    return TransportMapping.options(Objects.requireNonNull(transport));
  }

  private static DynamicConfig read(String yaml) {
    DynamicConfigReader.Result read =
        DynamicConfigReader.read(
            "case.yml",
            yaml.startsWith("{")
                ? "http: {serversTransports: {t: " + yaml + "}}"
                : "http:\n  serversTransports:\n    t:\n      " + yaml.replace("\n", "\n      "));
    assertThat(read.decoded().problems()).isEmpty();
    return read.decoded().value().orElseThrow();
  }
}
