package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fleet's account at one authority. Its key is written down before the authority hears of it,
 * so that there is one account whoever asks.
 */
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  private final Resolver resolver;
  private final Authority authority;
  private final Notes notes;
  private final ServedStates served;
  private final String name;

  Registration(Resolver resolver, Authority authority, Notes notes, ServedStates served) {
    this.resolver = resolver;
    this.authority = authority;
    this.notes = notes;
    this.served = served;
    this.name = AccountState.documentName(resolver.name());
  }

  /**
   * Has the account be there, and used from now on.
   *
   * @return what the authority does not grant yet, if so: then nothing was asked
   */
  Optional<AccountState.Limited> register(Instant now)
      throws AuthorityException, InterruptedException, Notes.OldException {
    Optional<Document> document = notes.document(name);
    Optional<AccountState> known =
        document
            .map(one -> one.content().lend(StateFormat::account))
            .filter(account -> account.server().equals(resolver.server().toString()));
    Optional<AccountState.Limited> limit =
        known.flatMap(AccountState::limited).filter(one -> !Backoff.isOver(one.until(), now));
    if (limit.isPresent()) {
      return limit;
    }
    AccountState account =
        known.orElseGet(
            () ->
                new AccountState(
                    resolver.server().toString(),
                    KeptKey.of(KeyKind.EC256.generate()),
                    Optional.empty(),
                    Optional.empty()));
    if (known.isEmpty()) {
      document = Optional.of(notes.write(name, document, () -> StateFormat.bytes(account)));
    }
    if (account.location().isPresent()) {
      authority.use(account.key(), account.location().get());
    } else {
      String location = authority.register(account.key());
      notes.write(name, document, () -> StateFormat.bytes(account.at(location)));
      LOG.info("certificate resolver {}: account {}", resolver.name(), location);
    }
    return Optional.empty();
  }

  /**
   * If the account is at another authority, because the resolver was told of this one: what was
   * ordered there cannot be gone on with here, and what failed there is no reason to wait.
   */
  void leaveOther() throws InterruptedException, Notes.OldException {
    boolean isElsewhere =
        notes
            .document(name)
            .map(known -> known.content().lend(StateFormat::account))
            .filter(account -> !account.server().equals(resolver.server().toString()))
            .isPresent();
    if (!isElsewhere) {
      return;
    }
    for (Map.Entry<String, CertificateState> one : served.states().entrySet()) {
      Optional<Document> document = notes.document(one.getKey());
      if (document.isPresent() && one.getValue().need().resolver().equals(resolver.name())) {
        CertificateState state = document.get().content().lend(StateFormat::certificate);
        if (!state.equals(state.anew())) {
          notes.write(one.getKey(), document, () -> StateFormat.bytes(state.anew()));
        }
      }
    }
  }

  /** The next holder is not to ask either what the authority does not grant now. */
  void remember(AccountState.Limited limit) {
    change(account -> account.limited(Optional.of(limit)));
  }

  /** The authority does not know the account any more: it is to be told of it again. */
  void forget() {
    change(AccountState::unknown);
  }

  private void change(UnaryOperator<AccountState> change) {
    try {
      Optional<Document> document = notes.document(name);
      if (document.isPresent()) {
        AccountState account = document.get().content().lend(StateFormat::account);
        notes.write(name, document, () -> StateFormat.bytes(change.apply(account)));
      }
    } catch (Notes.OldException e) {
      LOG.debug("what the authority said of the account is not remembered: {}", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
