package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the holder of a resolver does about instructions. Renewals are ordered as {@link Plan} has
 * them. Of revocations (RFC 8555, section 7.6) the authority comes first, then the fleet forgets
 * the certificate, then the instruction: whoever takes the lease over in between asks the authority
 * once more, which does no harm.
 */
final class InstructionWork {
  private static final Logger LOG = LoggerFactory.getLogger(InstructionWork.class);

  private final Resolver resolver;
  private final Authority authority;
  private final Notes notes;
  private final InstantSource clock;
  private final Instructions instructions;

  InstructionWork(
      Resolver resolver,
      Authority authority,
      Notes notes,
      InstantSource clock,
      Instructions instructions) {
    this.resolver = resolver;
    this.authority = authority;
    this.notes = notes;
    this.clock = clock;
    this.instructions = instructions;
  }

  /**
   * A revocation that is to be seen to.
   *
   * @param name of the certificate's document
   * @param at when, perhaps in the past
   */
  record Due(String name, Revoke revoke, Instant at) {}

  List<Due> revocations() {
    return instructions.revocations().stream()
        .filter(revoke -> revoke.need().resolver().equals(resolver.name()))
        .map(
            revoke ->
                new Due(
                    CertificateState.documentName(revoke.need()),
                    revoke,
                    revoke.failed().map(Failed::notBefore).orElse(Instant.MIN)))
        .toList();
  }

  private String names(Revoke revoke) {
    return String.join(", ", revoke.need().names());
  }

  /**
   * @throws AuthorityException if nothing else can be asked of it now either
   * @throws Notes.OldException if somebody else has written since
   */
  void carryOut(Revoke revoke) throws AuthorityException, InterruptedException, Notes.OldException {
    boolean hasExpired = !revoke.certificate().getNotAfter().toInstant().isAfter(clock.instant());
    try {
      if (!hasExpired) {
        authority.revoke(revoke.certificate(), revoke.reason());
      }
    } catch (AuthorityException e) {
      if (e.isOfAll()) {
        throw e;
      }
      failed(revoke, e);
      return;
    }
    dropped(revoke);
    LOG.info(
        "certificate resolver {}: the certificate for {}, serial {}, {}, and is used no more",
        resolver.name(),
        names(revoke),
        revoke.certificate().getSerialNumber().toString(16),
        hasExpired ? "has expired" : "is revoked (" + revoke.reason().word() + ')');
    remove(revoke);
  }

  private void dropped(Revoke revoke) throws InterruptedException, Notes.OldException {
    String name = CertificateState.documentName(revoke.need());
    Optional<Document> document = notes.document(name);
    Optional<CertificateState> state =
        document.map(known -> known.content().lend(StateFormat::certificate)).filter(revoke::isOf);
    if (state.isPresent()) {
      notes.write(name, document, () -> StateFormat.bytes(state.get().revoked()));
    }
  }

  private void failed(Revoke revoke, AuthorityException failure)
      throws InterruptedException, Notes.OldException {
    int times = revoke.failed().map(Failed::times).orElse(0) + 1;
    Instant notBefore = Backoff.ORDERS.after(times, clock.instant(), failure.until());
    Revoke next = revoke.failed(new Failed(times, notBefore, String.valueOf(failure.getMessage())));
    notes.write(
        revoke.documentName(),
        notes.document(revoke.documentName()),
        () -> InstructionFormat.bytes(next));
    LOG.warn(
        "certificate resolver {}: the certificate for {}, serial {}, is not revoked ({}. attempt),"
            + " tried again at {}: {}",
        resolver.name(),
        names(revoke),
        revoke.certificate().getSerialNumber().toString(16),
        times,
        notBefore,
        failure.getMessage());
  }

  Map<String, Renew> renewals() {
    return instructions.renewals();
  }

  /** Takes instructions to renew away that are followed, or were for what is gone. */
  void tidy(Plan plan, Map<String, CertificateState> states) throws InterruptedException {
    for (Map.Entry<String, Renew> one : renewals().entrySet()) {
      Renew renew = one.getValue();
      Optional<CertificateState> state = Optional.ofNullable(states.get(one.getKey()));
      boolean isOpen =
          state.map(renew::isOpen).orElseGet(() -> plan.needs().containsKey(one.getKey()));
      if (renew.need().resolver().equals(resolver.name()) && !isOpen) {
        remove(renew);
      }
    }
  }

  private void remove(Instruction instruction) throws InterruptedException {
    Optional<Document> document = notes.document(instruction.documentName());
    if (document.isPresent()) {
      try {
        notes.remove(document.get());
      } catch (Notes.OldException e) {
        LOG.debug("an instruction stays: {}", e.getMessage());
      }
    }
  }
}
