package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.logging.LogRecorder;
import io.phalanx.node.tls.ocsp.OcspAuthority;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Certificates that clients refuse without a staple, and what is shown until they have one. */
final class CertificateIndexTest {
  private static final String NAME = "a.test";

  private final OcspAuthority authority = new OcspAuthority();
  private final Credentials strictKeys = authority.server(Optional.empty(), true);
  private final ServerCertificate old =
      new ServerCertificate(authority.server(Optional.empty(), false));
  private final ServerCertificate strict = new ServerCertificate(strictKeys);
  private final LogRecorder log = LogRecorder.of(ServerCertificate.class);
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final CertificateIndex first = index(old, CertificateIndex.EMPTY);

  @AfterEach
  void end() {
    log.close();
  }

  private CertificateIndex index(ServerCertificate one, CertificateIndex last) {
    return new CertificateIndex(List.of(one), last, () -> now);
  }

  private void staple(ServerCertificate one) {
    one.staple(Optional.of(new Staple(new byte[1], now.plus(Duration.ofHours(1)), () -> now)));
  }

  @Test
  void itIsShownOnceItHasItsStaple() {
    CertificateIndex index = index(strict, first);
    assertThat(index.exact(NAME)).contains(old);
    staple(strict);
    assertThat(index.exact(NAME)).contains(strict);
    assertThat(log.events()).isEmpty();
  }

  @Test
  void itDoesNotWaitForEver() {
    CertificateIndex index = index(strict, first);
    now = now.plus(CertificateIndex.PATIENCE).minusSeconds(1);
    // Another configuration meanwhile changes nothing of that.
    index = index(strict, index);
    assertThat(index.exact(NAME)).contains(old);
    now = now.plusSeconds(1);
    assertThat(index.exact(NAME)).contains(strict);
    assertThat(index.exact(NAME)).contains(strict);
    assertThat(log.events())
        .singleElement()
        .asString()
        .contains("certificate for a.test is shown without the OCSP response");
  }

  @Test
  void itDoesNotWaitForWhatWillNotCome() {
    CertificateIndex index = index(strict, first);
    strict.isWithoutStaple();
    assertThat(index.exact(NAME)).contains(strict);
    assertThat(log.events()).isEmpty();
  }

  @Test
  void itDoesNotWaitIfThereIsNothingElse() {
    assertThat(index(strict, CertificateIndex.EMPTY).exact(NAME)).contains(strict);
    now = old.certificate().getNotAfter().toInstant();
    var later = new ServerCertificate(strictKeys);
    assertThat(index(later, first).exact(NAME)).as("the other has expired").contains(later);
    assertThat(log.events()).isEmpty();
  }

  @Test
  void othersAreShownAtOnce() {
    var other = new ServerCertificate(authority.server(Optional.empty(), false));
    assertThat(index(other, first).exact(NAME)).contains(other);
  }

  @Test
  void soWaitThoseThatAreIssued() {
    var issued = new IssuedCertificates(() -> now);
    issued.serve(List.of(old));
    issued.serve(List.of(strict));
    assertThat(issued.exact(NAME)).contains(old);
    staple(strict);
    assertThat(issued.exact(NAME)).contains(strict);
  }

  @Test
  void soWaitThoseThatAreGiven() {
    var known = new CertificateCache();
    TlsSettings before = settings(authority.given(false), known);
    TlsSettings settings = settings(authority.given(true), known);
    assertThat(settings.find(NAME)).isEqualTo(before.find(NAME)).isPresent();

    staple(settings.served().getFirst());
    assertThat(settings.find(NAME)).contains(settings.served().getFirst());
  }

  private static TlsSettings settings(Tls.Certificate given, CertificateCache known) {
    return TlsSettings.read(
        List.of(new TlsSettings.Source("file", new Tls(List.of(given), Map.of(), Map.of()))),
        CertificateSources.of(() -> TestCertificates.FALLBACK),
        known);
  }
}
