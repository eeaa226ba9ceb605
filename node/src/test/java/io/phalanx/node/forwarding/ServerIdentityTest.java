package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.forwarding.ServerIdentity.Name;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers with TLS are believed to be who they have to be. */
class ServerIdentityTest {
  private final TestAuthority authority = new TestAuthority("Corp");

  @Test
  void refusesACertificateOfAnotherAuthority() {
    var other = new TestAuthority("Other");
    UpstreamFault fault = fault(authority.trusted(), other.issue("127.0.0.1"));

    assertThat(fault.kind()).isEqualTo(Kind.TLS);
    assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
    assertThat(fault.reason()).contains("not trusted");
  }

  @Test
  void refusesACertificateForAnotherName() {
    UpstreamFault fault = fault(authority.trusted(), authority.issue("other.test", "127.0.0.2"));

    assertThat(fault.kind()).isEqualTo(Kind.TLS);
    assertThat(fault.reason()).contains("other.test", "127.0.0.2", "not for 127.0.0.1");
  }

  @Test
  void refusesACertificateThatExpired() {
    UpstreamFault fault =
        fault(authority.trusted(), authority.issue(Duration.ofDays(-1), "127.0.0.1"));

    assertThat(fault.kind()).isEqualTo(Kind.TLS);
    assertThat(fault.reason()).contains("NotAfter");
  }

  @Test
  void refusesAnExpiredCertificateThatIsItselfARoot() {
    TlsOptions.Key expired = authority.issue(Duration.ofDays(-1), "127.0.0.1");
    TlsOptions pinned = tls(Optional.empty(), new ServerIdentity.HostName(), expired.chain());

    assertThat(fault(pinned, expired).reason()).contains("NotAfter");
  }

  @Test
  void doesNotCareWhereItIsToldNotTo() {
    var other = new TestAuthority("Other");
    TlsOptions careless = tls(Optional.empty(), new ServerIdentity.Anyone(), List.of());

    assertThat(answered(careless, other.issue(Duration.ofDays(-1), "other.test"))).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backend.internal", "*.internal", "BACKEND.internal"})
  void looksForTheServerNameThatIsConfigured(String inCertificate) {
    TlsOptions named = named("backend.internal");

    assertThat(answered(named, authority.issue(inCertificate))).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"other.internal", "*.backend.internal", "b*.internal", "*", "internal", "*.*"})
  void refusesNamesThatOnlyLookLikeIt(String inCertificate) {
    assertThat(fault(named("backend.internal"), authority.issue(inCertificate)).kind())
        .isEqualTo(Kind.TLS);
  }

  @Test
  void doesNotTakeTheCommonNameForAName() {
    // The certificate's common name is made of its first name, here without an alternative.
    TlsOptions.Key key = authority.issue("spiffe://backend.internal");

    assertThat(fault(named("spiffebackend.internal"), key).kind()).isEqualTo(Kind.TLS);
  }

  @Test
  void looksForOneOfTheUrisAndNamesThatAreWanted() {
    String uri = "spiffe://corp.test/backend";
    TlsOptions.Key key = authority.issue("other.test", uri);

    assertThat(answered(oneOf(false, new Name.Uri(uri)), key)).isEqualTo("ok");
    assertThat(answered(oneOf(false, new Name.Uri("x:y"), new Name.Dns("other.test")), key))
        .isEqualTo("ok");
    assertThat(fault(oneOf(false, new Name.Uri("spiffe://corp.test/back")), key).reason())
        .contains("none of the names");
    assertThat(fault(oneOf(true, new Name.Uri(uri)), key).reason()).contains("not for 127.0.0.1");
  }

  @Test
  void checksTheChainAlsoWhereNamesAreGiven() {
    String uri = "spiffe://corp.test/backend";

    assertThat(
            fault(oneOf(false, new Name.Uri(uri)), new TestAuthority("Other").issue("a.test", uri))
                .reason())
        .contains("not trusted");
  }

  @Test
  void looksAtSpiffeIds() {
    String id = "spiffe://corp.test/backend";
    TlsOptions.Key key = authority.issue(id);

    assertThat(answered(spiffe(Set.of(), Optional.empty()), key)).isEqualTo("ok");
    assertThat(answered(spiffe(Set.of(id), Optional.of("x.test")), key)).isEqualTo("ok");
    assertThat(answered(spiffe(Set.of(), Optional.of("corp.test")), key)).isEqualTo("ok");
    assertThat(fault(spiffe(Set.of(), Optional.of("x.test")), key).reason()).contains(id);
    assertThat(fault(spiffe(Set.of("spiffe://corp.test/x"), Optional.empty()), key).reason())
        .contains(id);
    assertThat(fault(spiffe(Set.of(), Optional.empty()), authority.issue("a.test")).reason())
        .contains("not one URI but 0");
    assertThat(
            fault(spiffe(Set.of(), Optional.empty()), authority.issue("https://a.test")).reason())
        .contains("no SPIFFE id");
  }

  private UpstreamFault fault(TlsOptions tls, TlsOptions.Key key) {
    try (var rig = ForwardingRig.with(tls);
        var server = authority.server(key, KeepAliveTest::answerAll)) {
      UpstreamFault fault = upstreamFault(rig.get(server.url()));
      assertThat(server.heads).isEmpty();
      return fault;
    }
  }

  private String answered(TlsOptions tls, TlsOptions.Key key) {
    try (var rig = ForwardingRig.with(tls);
        var server = authority.server(key, KeepAliveTest::answerAll)) {
      return body(rig.get(server.url()));
    }
  }

  private TlsOptions named(String serverName) {
    return authority.trusted(Optional.of(serverName), new ServerIdentity.HostName());
  }

  private TlsOptions oneOf(boolean hostNameToo, Name... names) {
    return authority.trusted(
        Optional.empty(), new ServerIdentity.OneOf(List.of(names), hostNameToo));
  }

  private TlsOptions spiffe(Set<String> ids, Optional<String> trustDomain) {
    return authority.trusted(Optional.empty(), new ServerIdentity.SpiffeId(ids, trustDomain));
  }

  private static TlsOptions tls(
      Optional<String> serverName, ServerIdentity identity, List<X509Certificate> roots) {
    return new TlsOptions(serverName, identity, roots, List.of(), List.of(), List.of());
  }
}
