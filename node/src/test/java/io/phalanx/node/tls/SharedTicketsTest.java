package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.providers.dynamic.Tls;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SharedTicketsTest {
  private static final Tls.Certificate GIVEN = TestCertificates.of(Kind.P256, "a.test");

  private final MemoryClient client;
  private Instant now = Instant.parse("2026-11-27T12:00:00Z");

  SharedTicketsTest() throws Exception {
    client = new MemoryClient(SSLContext.getDefault().getProvider());
  }

  private static byte[] ofFleet(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** One node with the certificate, in whose terms its engines are. */
  private final class Site {
    private final ServerCertificate certificate;
    private final TlsTerms terms;

    Site(Tls.Certificate given, TicketSecrets secrets, String... protocols) {
      certificate = TestCertificates.server(given);
      terms =
          new TlsTerms(
              List.of(protocols),
              List.of(),
              List.of(),
              List.of(),
              false,
              true,
              ClientCertificates.NONE,
              TlsEngines.jsse(secrets, () -> now));
    }

    /** Whether a session was taken up again. */
    boolean resumes() throws Exception {
      int before = client.shown();
      SSLEngine server = certificate.context(terms).createSSLEngine();
      server.setUseClientMode(false);
      terms.apply(server, terms.offered());
      MemoryClient.shakeHands(client.engine("a.test"), server);
      return client.shown() == before;
    }
  }

  private Site site(String... protocols) {
    return new Site(GIVEN, SharedTicketsTest::ofFleet, protocols);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aSessionIsTakenUpAgainByAnotherNode(String version) throws Exception {
    Site here = site(version);
    Site there = site(version);

    assertThat(here.resumes()).isFalse();
    assertThat(there.resumes()).isTrue();
    assertThat(here.resumes()).isTrue();
  }

  @Test
  void aKeyIsKnownForAWhileAfterItsTime() throws Exception {
    assertThat(site("TLSv1.3").resumes()).isFalse();
    now = now.plus(Duration.ofHours(7));
    assertThat(site("TLSv1.3").resumes()).isTrue();
    now = now.plus(Duration.ofHours(24));
    assertThat(site("TLSv1.3").resumes()).isFalse();
  }

  @Test
  void aNodeThatRunsForLongChangesItsKeys() throws Exception {
    Site here = site("TLSv1.3");
    assertThat(here.resumes()).isFalse();
    now = now.plus(Duration.ofHours(24));
    assertThat(here.resumes()).isFalse();
    assertThat(site("TLSv1.3").resumes()).isTrue();
  }

  @Test
  void aNodeWhoseClockIsAheadIsUnderstood() throws Exception {
    now = Instant.parse("2026-11-27T12:00:01Z");
    assertThat(site("TLSv1.3").resumes()).isFalse();
    now = Instant.parse("2026-11-27T11:59:59Z");
    assertThat(site("TLSv1.3").resumes()).isTrue();
  }

  @Test
  void anotherCertificateOtherTermsAndAnotherFleetTakeNothingUp() throws Exception {
    Site here = site("TLSv1.3", "TLSv1.2");
    assertThat(here.resumes()).isFalse();

    assertThat(site("TLSv1.3").resumes()).isFalse();
    assertThat(here.resumes()).isFalse();
    var other = TestCertificates.of(Kind.P256, "a.test");
    assertThat(new Site(other, SharedTicketsTest::ofFleet, "TLSv1.3", "TLSv1.2").resumes())
        .isFalse();
    assertThat(here.resumes()).isFalse();
    assertThat(new Site(GIVEN, _ -> new byte[32], "TLSv1.3", "TLSv1.2").resumes()).isFalse();
  }

  @Test
  void withoutSecretsSessionsAreTheNodesOwn() throws Exception {
    TicketSecrets none =
        _ -> {
          throw new IOException("no key");
        };
    Site here = new Site(GIVEN, none, "TLSv1.3");

    assertThat(here.resumes()).isFalse();
    assertThat(here.resumes()).isTrue();
    assertThat(new Site(GIVEN, none, "TLSv1.3").resumes()).isFalse();
  }
}
