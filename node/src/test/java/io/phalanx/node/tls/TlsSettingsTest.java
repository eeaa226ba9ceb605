package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsTable.Choice;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.tree.Secret;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TlsSettingsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private static Tls.Options options(List<String> suites, List<String> curves, String min) {
    return new Tls.Options(
        Optional.of(min).filter(text -> !text.isEmpty()),
        Optional.empty(),
        suites,
        curves,
        Optional.empty(),
        false,
        List.of(),
        false,
        false);
  }

  private static TlsSettings with(Map<String, Tls.Options> options) {
    return TestCertificates.settings(new Tls(List.of(), options, Map.of()));
  }

  private static List<String> messages(TlsSettings settings) {
    return settings.problems().stream().map(Problem::message).toList();
  }

  @Test
  void aMistakeRefusesTheSetAndSuggestsWhatWasMeant() {
    TlsSettings settings =
        with(
            Map.of(
                "a", options(List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA25"), List.of(), ""),
                "b", options(List.of(), List.of("CurveP257"), ""),
                "c", options(List.of(), List.of(), "TLS1.3")));

    assertThat(settings.refusal("a@file")).isPresent();
    assertThat(settings.refusal("b@file")).isPresent();
    assertThat(settings.refusal("c@file")).isPresent();
    assertThat(settings.refusal("d@file"))
        .hasValueSatisfying(text -> assertThat(text).contains("there are no TLS options"));
    assertThat(messages(settings))
        .anySatisfy(text -> assertThat(text).contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
        .anySatisfy(text -> assertThat(text).contains("CurveP256"))
        .anySatisfy(text -> assertThat(text).contains("minVersion: there is no TLS1.3"));
  }

  @Test
  void whatIsNotServedIsLeftOutAndNamed() {
    TlsSettings settings =
        with(
            Map.of(
                "a",
                options(
                    List.of("TLS_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                    List.of("SecP256r1MLKEM768", "X25519MLKEM768", "X25519"),
                    "VersionTLS10")));

    TlsTerms terms = settings.terms("a@file").orElseThrow();
    assertThat(terms.cipherSuites())
        .containsExactly(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(terms.groups()).containsExactly("x25519");
    assertThat(terms.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(messages(settings)).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "none | none | has neither caFiles nor clientAuthType",
        "none | RequireAndVerifyClientCert | needs caFiles",
        "none | VerifyClientCertIfGiven | needs caFiles",
        "none | RequireAnyClientCerts | there is no RequireAnyClientCerts",
        "none | RequireAnyClientCerts | RequireAnyClientCert",
        "gone.pem | none | caFiles[0]: there is no file gone.pem",
        "'' | RequestClientCert | caFiles[0] is empty",
        "-----BEGIN CERTIFICATE-----AA-----END CERTIFICATE----- | none | cannot be read",
        "-----BEGIN KEY-----AA-----END KEY----- | none | holds no certificate"
      })
  void clientCertificatesThatCannotBeAskedForLetNobodyIn(
      @Nullable String file, @Nullable String type, String message) {
    var clients =
        new Tls.ClientAuth(Optional.ofNullable(file).stream().toList(), Optional.ofNullable(type));
    TlsSettings settings = with(Map.of(Tls.DEFAULT, Tls.Options.STANDARD.with(clients)));

    assertThat(TlsTable.builder(settings).build().choose("a.test", HERE))
        .isInstanceOf(Choice.Refuse.class);
    assertThat(messages(settings))
        .singleElement()
        .asString()
        .contains(message)
        .endsWith("handshakes with these options are refused");
  }

  @Test
  void defaultOptionsOfTwoProvidersContradictEachOther() {
    var tls = new Tls(List.of(), Map.of(Tls.DEFAULT, options(List.of(), List.of(), "")), Map.of());
    TlsSettings settings =
        TlsSettings.read(
            List.of(new TlsSettings.Source("a", tls), new TlsSettings.Source("b", tls)),
            CertificateSources.of(() -> TestCertificates.FALLBACK));

    assertThat(settings.refusal(Tls.DEFAULT)).isPresent();
  }

  @Test
  void oneBadCertificateIsNamedAndTheOthersServe() {
    Tls.Certificate good = TestCertificates.of(Kind.P256, "good.test");
    Tls.Certificate other = TestCertificates.of(Kind.P256, "other.test");
    var mixed = new Tls.Certificate(other.certFile(), good.keyFile(), List.of());
    var junk = new Tls.Certificate("junk", new Secret("junk"), List.of());
    TlsSettings settings =
        TestCertificates.settings(new Tls(List.of(junk, mixed, good), Map.of(), Map.of()));

    assertThat(settings.find("good.test")).isPresent();
    assertThat(settings.find("other.test")).isEmpty();
    assertThat(settings.problems())
        .extracting(Problem::path)
        .containsExactly("tls.certificates", "tls.certificates");
    assertThat(messages(settings).get(1)).contains("is not the key of the certificate");
  }

  @Test
  void oneThatHasExpiredIsToldAndHidesNoneThatWasIssued() {
    Instant end = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
    Tls.Certificate over = TestCertificates.until(end, Kind.P256, "over.test", "alone.test");
    ServerCertificate renewed =
        TestCertificates.server(TestCertificates.of(Kind.P256, "over.test"));
    var issued = new IssuedCertificates();
    issued.serve(List.of(renewed));
    TlsSettings settings = settings(issued, over);

    assertThat(settings.problems()).extracting(Problem::path).containsExactly("tls.certificates");
    assertThat(messages(settings))
        .containsExactly("the certificate for over.test, alone.test expired at " + end);
    assertThat(settings.find("over.test")).contains(renewed);
    assertThat(settings.find("alone.test")).as("rather than one of another name").isPresent();
  }

  private static TlsSettings settings(IssuedCertificates issued, Tls.Certificate... given) {
    return settings(InstantSource.system(), issued, given);
  }

  private static TlsSettings settings(
      InstantSource clock, IssuedCertificates issued, Tls.Certificate... given) {
    return TlsSettings.read(
        List.of(new TlsSettings.Source("file", new Tls(List.of(given), Map.of(), Map.of()))),
        new CertificateSources(
            () -> TestCertificates.FALLBACK,
            issued,
            WantedNames.NONE,
            TlsEngines.JSSE,
            NamesOnDemand.NONE,
            clock));
  }

  @Test
  void oneThatWasIssuedAndHasExpiredHidesNoWildcard() {
    Instant end = Instant.now().minus(Duration.ofDays(1));
    ServerCertificate over =
        TestCertificates.server(TestCertificates.until(end, Kind.P256, "a.over.test"));
    ServerCertificate wildcard =
        TestCertificates.server(TestCertificates.of(Kind.P256, "*.over.test"));
    Tls.Certificate given = TestCertificates.of(Kind.P256, "*.over.test");
    var issued = new IssuedCertificates();
    issued.serve(List.of(over));
    assertThat(settings(issued).find("a.over.test")).contains(over);

    TlsSettings settings = settings(issued, given);
    assertThat(settings.find("a.over.test")).contains(settings.served().getFirst());
    issued.serve(List.of(over, wildcard));
    assertThat(settings(issued).find("a.over.test")).contains(wildcard);
  }

  @Test
  void oneThatHasExpiredHidesNoneThatIsGivenForTheSameName() {
    Instant end = Instant.now().minus(Duration.ofDays(1));
    Tls.Certificate over = TestCertificates.until(end, Kind.P256, "a.test", "*.a.test", "b.test");
    Tls.Certificate good = TestCertificates.of(Kind.P256, "a.test", "*.a.test");
    TlsSettings settings = settings(new IssuedCertificates(), over, good);

    assertThat(settings.find("a.test")).contains(settings.served().getLast());
    assertThat(settings.find("x.a.test")).contains(settings.served().getLast());
    assertThat(settings.find("b.test")).contains(settings.served().getFirst());
  }

  @Test
  void oneThatIsNotValidYetIsToldAndHidesNoneThatWasIssued() {
    Tls.Certificate early = TestCertificates.of(Kind.P256, "early.test");
    ServerCertificate before =
        TestCertificates.server(TestCertificates.of(Kind.P256, "early.test"));
    Instant begin = TestCertificates.server(early).certificate().getNotBefore().toInstant();
    var issued = new IssuedCertificates();
    issued.serve(List.of(before));
    TlsSettings settings = settings(() -> begin.minusSeconds(1), issued, early);

    assertThat(messages(settings))
        .containsExactly("the certificate for early.test is not valid before " + begin);
    assertThat(settings.find("early.test")).contains(before);
  }

  @Test
  void hostsGetTheOptionsOfTheirRoutersAndContradictionsTheDefaultOnes() {
    TlsSettings settings = with(Map.of("modern", options(List.of(), List.of(), "VersionTLS13")));
    TlsTable.Builder builder = TlsTable.builder(settings);

    assertThat(builder.add("a.test", "modern@file")).isFalse();
    assertThat(builder.add("a.test", "modern@file")).isFalse();
    assertThat(builder.add("*.w.test", "modern@file")).isFalse();
    assertThat(builder.add("b.test", "modern@file")).isFalse();
    assertThat(builder.add("b.test", Tls.DEFAULT)).isTrue();
    assertThat(builder.add("c.test", "gone@file")).isFalse();
    TlsTable table = builder.build();

    assertThat(protocols(table, "a.test")).containsExactly("TLSv1.3");
    assertThat(protocols(table, "x.w.test")).containsExactly("TLSv1.3");
    assertThat(protocols(table, "b.test")).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(table.choose("c.test", HERE)).isInstanceOf(Choice.Refuse.class);
    assertThat(table.isMisdirected("b.test", "a.test")).isTrue();
    assertThat(table.isMisdirected("a.test", "x.w.test")).isFalse();
    assertThat(table.isMisdirected("", "a.test")).isTrue();
    assertThat(table.isMisdirected("a.test", "nobody.test")).isFalse();
  }

  private static List<String> protocols(TlsTable table, String name) {
    return ((Choice.Serve) table.choose(name, HERE)).terms().protocols();
  }

  @Test
  void aCertificateThatDidNotChangeKeepsItsSessions() {
    var tls = new Tls(List.of(TestCertificates.of(Kind.P256, "a.test")), Map.of(), Map.of());
    var known = new CertificateCache();
    List<TlsSettings.Source> sources = List.of(new TlsSettings.Source("file", tls));

    ServerCertificate before =
        TlsSettings.read(sources, CertificateSources.of(() -> TestCertificates.FALLBACK), known)
            .find("a.test")
            .orElseThrow();
    ServerCertificate after =
        TlsSettings.read(sources, CertificateSources.of(() -> TestCertificates.FALLBACK), known)
            .find("a.test")
            .orElseThrow();

    assertThat(after).isSameAs(before);
  }

  @Test
  void whatClientsAskForIsToldWhereCertificatesAreOrderedOnDemand() {
    var told = new ArrayList<String>();
    Tls.Certificate given = TestCertificates.of(Kind.P256, "given.test");
    TlsSettings settings =
        TlsSettings.read(
            List.of(new TlsSettings.Source("file", new Tls(List.of(given), Map.of(), Map.of()))),
            new CertificateSources(
                () -> TestCertificates.FALLBACK,
                new IssuedCertificates(),
                new WantedNames(Set.of("le"), Set.of()),
                TlsEngines.JSSE,
                new NamesOnDemand(
                    Set.of("le"),
                    (resolver, name, isCovered) ->
                        told.add(resolver + ' ' + name + ' ' + isCovered)),
                InstantSource.system()));
    TlsTable.Builder builder = TlsTable.builder(settings);
    builder.add("router.test", Tls.DEFAULT);
    builder.build().choose("new.test", HERE);
    assertThat(told).as("no router orders on demand").isEmpty();

    assertThat(builder.addOnDemand("le")).isEmpty();
    TlsTable table = builder.build();
    for (String name : List.of("new.test", "given.test", "router.test", "")) {
      assertThat(table.choose(name, HERE)).isInstanceOf(Choice.Serve.class);
    }
    assertThat(told).containsExactly("le new.test false", "le given.test true");
  }
}
