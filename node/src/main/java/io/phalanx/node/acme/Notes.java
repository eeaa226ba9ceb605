package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.document.Documents.Outcome;
import io.phalanx.cluster.lease.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes documents under one lease, until the fleet has taken them. Waits for that. */
final class Notes {
  private static final Logger LOG = LoggerFactory.getLogger(Notes.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Documents documents;
  private final Lease under;

  Notes(Documents documents, Lease under) {
    this.documents = documents;
    this.under = under;
  }

  /** Somebody else has written since: what is known here is old. */
  static final class OldException extends Exception {
    private OldException(String message) {
      super(message, null, false, false);
    }
  }

  Optional<Document> document(String name) {
    return documents.find(name);
  }

  /** What is read of a document and made of it. */
  interface Content {
    byte[] bytes();
  }

  /**
   * Returns when it is on the disks of a majority.
   *
   * @param before what it takes the place of
   * @throws OldException if that is not the newest any more
   */
  Document write(String name, Optional<Document> before, Content content)
      throws InterruptedException, OldException {
    Outcome outcome = persistently(name, () -> documents.put(under, name, before, content.bytes()));
    if (outcome instanceof Outcome.Written(Optional<Document> document)) {
      return document.orElseThrow();
    }
    throw old(name, outcome);
  }

  /** Writes it if that can be done at once, for what is no loss. Returns whether it was. */
  boolean offer(String name, Optional<Document> before, Content content)
      throws InterruptedException {
    return documents.put(under, name, before, content.bytes()) instanceof Outcome.Written;
  }

  void remove(Document document) throws InterruptedException, OldException {
    Outcome outcome = persistently(document.name(), () -> documents.remove(under, document));
    if (!(outcome instanceof Outcome.Written)) {
      throw old(document.name(), outcome);
    }
  }

  private static OldException old(String name, Outcome outcome) {
    return new OldException(
        outcome instanceof Outcome.Superseded(String reason)
            ? reason
            : "document " + name + " was written by somebody else");
  }

  private interface Wish {
    Outcome come() throws InterruptedException;
  }

  private static Outcome persistently(String name, Wish wish) throws InterruptedException {
    String told = "";
    while (true) {
      Outcome outcome = wish.come();
      String reason =
          switch (outcome) {
            case Outcome.Unavailable(String why) -> why;
            case Outcome.Unknown(String why) -> why;
            case Outcome.Written _, Outcome.Overtaken(), Outcome.Superseded _ -> "";
          };
      if (reason.isEmpty()) {
        if (!told.isEmpty()) {
          LOG.info("the fleet took {}", name);
        }
        return outcome;
      }
      if (!reason.equals(told)) {
        LOG.warn("the fleet did not take {} and is asked again: {}", name, reason);
        told = reason;
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  /**
   * Waits until all members that are there serve what was written.
   *
   * @return who does not, and why, if so
   */
  Optional<String> awaitEverywhere(Duration limit) throws InterruptedException {
    return documents.awaitEverywhere(limit);
  }
}
