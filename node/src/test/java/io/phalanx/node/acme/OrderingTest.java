package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.tls.IssuedCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderingTest {
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final CertificateState WANTED = CertificateState.of(TestStates.need("a.test"));
  private static final String NAME = CertificateState.documentName(WANTED.need());

  @TempDir private Path directory;

  private static Resolver resolver() {
    var challenges = new TreeMap<ChallengeKind, Duration>();
    challenges.put(ChallengeKind.HTTP_01, Duration.ZERO);
    return new Resolver(
        "le",
        URI.create("https://ca.test/dir"),
        Optional.empty(),
        Optional.empty(),
        new Resolver.Request(KeyKind.EC256, List.of(), true, Optional.empty(), Optional.empty()),
        challenges,
        Optional.empty(),
        new Resolver.Limits(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
        List.of(),
        true);
  }

  private static Ordering ordering(Fleet fleet, Notes notes, CertificateState planned)
      throws IOException {
    var served = new ServedStates(new IssuedCertificates(), new HttpChallenges(), CLOCK, () -> {});
    var records = DnsRecords.of(resolver(), fleet.documents(), notes, served, CLOCK);
    return new Ordering(
        resolver(), new Authority(resolver()), notes, records, CLOCK, NAME, planned);
  }

  @Test
  void whatWasPlannedBeforeACertificateCameOrAnAttemptFailedIsOvertaken() throws Exception {
    try (Fleet fleet = LocalFleet.start(CLOCK, directory.resolve("signing.key"))) {
      var notes = new Notes(fleet.documents(), new Lease("certificates/le", "me", 1));
      assertThat(ordering(fleet, notes, WANTED).isOvertaken()).isFalse();

      CertificateState failed = WANTED.failed(new Failed(1, NOW, "no such host"), false);
      var document = notes.write(NAME, Optional.empty(), () -> StateFormat.bytes(failed));
      assertThat(ordering(fleet, notes, WANTED).isOvertaken()).isTrue();
      assertThat(ordering(fleet, notes, failed).isOvertaken()).isFalse();

      CertificateState issued = TestStates.issued("a.test");
      notes.write(NAME, Optional.of(document), () -> StateFormat.bytes(issued));
      assertThat(ordering(fleet, notes, failed).isOvertaken()).isTrue();
      assertThat(ordering(fleet, notes, issued).isOvertaken()).isFalse();
    }
  }
}
