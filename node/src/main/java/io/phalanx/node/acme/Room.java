package io.phalanx.node.acme;

import io.phalanx.cluster.document.Documents;
import io.phalanx.node.acme.Plan.Due;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many more certificates can be written down. Used by the thread that plans. */
final class Room {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);

  private final String resolver;
  private final Documents documents;
  private final ServedStates served;
  private int told;

  Room(String resolver, Documents documents, ServedStates served) {
    this.resolver = resolver;
    this.documents = documents;
    this.served = served;
  }

  /**
   * Those of what is due that there is room for, and whose documents are not of a later release;
   * says for how many there is no room.
   *
   * @param inWork how many may have to be written down yet
   */
  List<Due> of(Plan plan, List<Due> due, int inWork) {
    List<Due> readable = due.stream().filter(one -> !served.isUnreadable(one.name())).toList();
    List<Due> fitting =
        plan.fitting(readable, Documents.MAX_COUNT - documents.all().size() - inWork);
    int left = readable.size() - fitting.size();
    if (left > 0 && inWork == 0 && left != told) {
      LOG.warn(
          "certificate resolver {}: {} certificates are not ordered, since there are {} documents"
              + " already",
          resolver,
          left,
          Documents.MAX_COUNT);
      told = left;
    }
    return fitting;
  }
}
