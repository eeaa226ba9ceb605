package io.phalanx.cluster.ledger;

import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.report.Reports;
import io.phalanx.cluster.revision.Revisions;
import java.io.IOException;
import java.time.InstantSource;

/** This member's whole part in its fleet's ledger. */
public final class LedgerMember implements AutoCloseable {
  private final Membership membership;
  private final AgreedRevisions revisions;
  private final AgreedDocuments documents;
  private final Reports reports;

  private LedgerMember(
      Membership membership,
      AgreedRevisions revisions,
      AgreedDocuments documents,
      Reports reports) {
    this.membership = membership;
    this.revisions = revisions;
    this.documents = documents;
    this.reports = reports;
  }

  /**
   * Joins, or founds a fleet; waits until this member is one and knows what the others know.
   *
   * @param keeper answers the peers already
   * @param name what operators call this member
   * @param mayFound whether there is no fleet that it could join
   */
  public static LedgerMember start(
      LedgerKeeper keeper, Peers peers, String name, boolean mayFound, InstantSource clock)
      throws InterruptedException, IOException {
    var agreement = new Agreement(keeper, peers);
    var membership = new Membership(keeper, agreement, name);
    membership.join(mayFound);
    var revisions = new AgreedRevisions(keeper, agreement, membership, clock);
    var documents = new AgreedDocuments(keeper, agreement, peers, membership::name);
    documents.start();
    revisions.start();
    return new LedgerMember(
        membership, revisions, documents, new AskedReports(keeper, peers, membership));
  }

  public Membership membership() {
    return membership;
  }

  public Revisions revisions() {
    return revisions;
  }

  public Documents documents() {
    return documents;
  }

  public Reports reports() {
    return reports;
  }

  @Override
  public void close() {
    documents.close();
    revisions.close();
  }
}
