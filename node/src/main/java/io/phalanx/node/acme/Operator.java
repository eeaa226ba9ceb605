package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.document.Documents.Outcome;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import io.phalanx.node.tls.CertificateNeed;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What operators do about certificates, at whichever member: it is written down for the one that
 * holds the resolver's lease.
 */
public final class Operator {
  /** Whatever operators write is written under it, so by one member at a time. */
  private static final String LEASE = "certificate-instructions";

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration IMPORT_LIMIT = Duration.ofMinutes(10);

  private final Leases leases;
  private final Documents documents;
  private final InstantSource clock;

  public Operator(Leases leases, Documents documents, InstantSource clock) {
    this.leases = leases;
    this.documents = documents;
    this.clock = clock;
  }

  /**
   * Has a certificate be ordered now. Returns when that is written down.
   *
   * @throws IOException if it cannot be; the message says why
   */
  public void renew(ListedCertificate listed) throws IOException, InterruptedException {
    CertificateNeed need = need(listed);
    if (!listed.isNeeded()) {
      throw new IOException(
          String.join(", ", need.names()) + ": no router needs it any more, nothing is ordered");
    }
    if (listed.next().isEmpty()) {
      throw new IOException(
          String.join(", ", need.names())
              + ": another certificate has these names, nothing is ordered");
    }
    ShortTerm.under(
        leases,
        LEASE,
        LIMIT,
        lease -> {
          ShortTerm.catchUp(documents);
          return write(lease, Renew.of(state(need).orElseGet(() -> CertificateState.of(need))));
        });
  }

  /**
   * Has a certificate be revoked. Returns when that is written down.
   *
   * @param resolvers names of those that there are
   * @throws IOException if it cannot be; the message says why
   */
  public void revoke(
      ListedCertificate listed, RevocationReason reason, Collection<String> resolvers)
      throws IOException, InterruptedException {
    CertificateNeed need = need(listed);
    if (!resolvers.contains(need.resolver())) {
      throw new IOException(
          "%s: there is no certificate resolver \"%s\" here any more, whose authority would be asked"
              .formatted(String.join(", ", need.names()), need.resolver()));
    }
    ShortTerm.under(
        leases,
        LEASE,
        LIMIT,
        lease -> {
          ShortTerm.catchUp(documents);
          Held held =
              state(need)
                  .flatMap(CertificateState::held)
                  .filter(one -> listed.certificate().equals(Optional.of(one.certificate())))
                  .orElseThrow(
                      () ->
                          new IOException(
                              String.join(", ", need.names())
                                  + ": there is no such certificate now"));
          return write(lease, new Revoke(need, held.certificate(), reason, Optional.empty()));
        });
  }

  /**
   * Takes accounts and certificates over from a file of Traefik's. Returns what was taken and what
   * not, in the order of the file.
   *
   * @param resolvers those that there are
   * @throws IOException if the fleet cannot be written to; the message says why
   */
  public List<ImportLine> take(AcmeFile file, Collection<Resolver> resolvers)
      throws IOException, InterruptedException {
    return ShortTerm.under(
        leases,
        LEASE,
        IMPORT_LIMIT,
        lease -> {
          ShortTerm.catchUp(documents);
          return new AcmeImport(documents, lease, clock, resolvers).take(file);
        });
  }

  private static CertificateNeed need(ListedCertificate listed) throws IOException {
    return new CertificateNeed(
        listed
            .resolver()
            .orElseThrow(
                () ->
                    new IOException(
                        String.join(", ", listed.names())
                            + ": it is given by the configuration, where it is to be changed")),
        listed.names());
  }

  private Optional<CertificateState> state(CertificateNeed need) {
    return documents
        .find(CertificateState.documentName(need))
        .map(document -> document.content().lend(StateFormat::certificate));
  }

  private Instruction write(Lease lease, Instruction instruction)
      throws IOException, InterruptedException {
    String name = instruction.documentName();
    Optional<Document> before = documents.find(name);
    Outcome outcome = documents.put(lease, name, before, InstructionFormat.bytes(instruction));
    Optional<String> objection = objection(outcome);
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    return instruction;
  }

  /** Why something was not written, or not for sure. */
  static Optional<String> objection(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Written _ -> Optional.empty();
      case Outcome.Overtaken(), Outcome.Superseded _ ->
          Optional.of("another member wrote the same at this moment; try again");
      case Outcome.Unavailable(String reason) -> Optional.of(reason);
      case Outcome.Unknown(String reason) ->
          Optional.of("it is not known whether the fleet took it: " + reason);
    };
  }
}
