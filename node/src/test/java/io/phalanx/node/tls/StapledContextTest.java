package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.tls.ocsp.OcspAuthority;
import io.phalanx.providers.pem.Credentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Java's client is shown beside a certificate, by both implementations of TLS. */
final class StapledContextTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final OcspAuthority authority = new OcspAuthority();
  private Instant now = Instant.now();

  private static TlsTerms terms(boolean isNative, boolean resumable, String version) {
    return new TlsTerms(
        List.of(version),
        List.of(),
        List.of(),
        List.of(),
        false,
        resumable,
        ClientCertificates.NONE,
        isNative ? TlsEngines.fastest(TlsEngines.JSSE) : TlsEngines.JSSE);
  }

  private Staple staple(Credentials credentials, Instant end) {
    return new Staple(
        authority.response(
            credentials.certificate(), authority.signer(), now.minusSeconds(60), end, null),
        end,
        () -> now);
  }

  /** By a client that takes no session up again. */
  private static List<ByteBuffer> shown(ServerCertificate certificate, TlsTerms terms)
      throws Exception {
    SSLEngine server = certificate.context(terms).createSSLEngine();
    server.setUseClientMode(false);
    terms.apply(server, terms.offered());
    SSLEngine client = new MemoryClient(SSLContext.getDefault().getProvider()).engine("a.test");
    MemoryClient.shakeHands(client, server);
    // There is one for each certificate of the chain, empty for authorities.
    return ((ExtendedSSLSession) client.getSession())
        .getStatusResponses().stream()
            .map(ByteBuffer::wrap)
            .filter(ByteBuffer::hasRemaining)
            .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "true,true,TLSv1.3",
    "true,true,TLSv1.2",
    "false,true,TLSv1.3",
    "false,true,TLSv1.2",
    "true,false,TLSv1.3",
    "false,false,TLSv1.3"
  })
  void aStapleIsShownForAsLongAsItHolds(boolean isNative, boolean resumable, String version)
      throws Exception {
    Credentials credentials = authority.server(Optional.empty(), false);
    var certificate = new ServerCertificate(credentials);
    TlsTerms terms = terms(isNative, resumable, version);
    assertThat(Conscrypt.isConscrypt(certificate.context(terms))).isEqualTo(isNative);
    assertThat(shown(certificate, terms)).as("without one").isEmpty();

    Staple first = staple(credentials, now.plus(HOUR));
    certificate.staple(Optional.of(first));
    assertThat(shown(certificate, terms)).containsExactly(ByteBuffer.wrap(first.response()));

    Staple second = staple(credentials, now.plus(HOUR.multipliedBy(2)));
    certificate.staple(Optional.of(second));
    assertThat(shown(certificate, terms))
        .as("a newer one")
        .containsExactly(ByteBuffer.wrap(second.response()));

    now = now.plus(HOUR.multipliedBy(2));
    assertThat(shown(certificate, terms)).as("over").isEmpty();

    Staple third = staple(credentials, now.plus(HOUR));
    certificate.staple(Optional.of(third));
    assertThat(shown(certificate, terms)).containsExactly(ByteBuffer.wrap(third.response()));
    certificate.staple(Optional.empty());
    assertThat(shown(certificate, terms)).as("taken back").isEmpty();
  }

  /** Java would ask in the handshake, where it has no response or clients send a nonce. */
  @ParameterizedTest
  @CsvSource({"TLSv1.3", "TLSv1.2"})
  void nobodyIsAskedInAHandshake(String version) throws Exception {
    try (var responder = new ServerSocket()) {
      responder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String url = "http://127.0.0.1:" + responder.getLocalPort();
      Credentials credentials = authority.server(Optional.of(url), false);
      var certificate = new ServerCertificate(credentials);
      TlsTerms terms = terms(false, true, version);
      certificate.staple(Optional.of(staple(credentials, now.plus(HOUR))));
      assertThat(shown(certificate, terms)).hasSize(1);

      certificate.staple(Optional.empty());
      assertThat(shown(certificate, terms)).isEmpty();

      responder.setSoTimeout(200);
      assertThatThrownBy(responder::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aResponseForAnotherCertificateIsNotShownByJava() throws Exception {
    var certificate = new ServerCertificate(authority.server(Optional.empty(), false));
    Credentials other = authority.server(Optional.empty(), false);
    certificate.staple(Optional.of(staple(other, now.plus(HOUR))));

    assertThat(shown(certificate, terms(false, true, "TLSv1.3"))).isEmpty();
  }
}
