package io.phalanx.node.activation;

import io.phalanx.cluster.revision.Revision;
import io.phalanx.node.activation.RevisionContent.TooLargeException;
import io.phalanx.secrets.OffHeap;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What revisions hold. Neither the one that is active is read again, nor one that this node itself
 * offers: of a hundred thousand routers there would be several copies. Thread-safe.
 */
public final class Contents {
  private record Known(OffHeap text, RevisionContent content) {}

  private volatile Optional<Known> active = Optional.empty();
  private volatile Optional<Known> offered = Optional.empty();

  /**
   * @throws IllegalStateException as {@link RevisionContent#decode}
   */
  public RevisionContent of(Revision revision) {
    return Stream.of(active, offered)
        .flatMap(Optional::stream)
        .filter(known -> known.text().equals(revision.hidden()))
        .findFirst()
        .map(Known::content)
        .orElseGet(() -> RevisionContent.decode(revision.hidden()));
  }

  /** From now on this one is active. */
  void activated(Revision revision, RevisionContent content) {
    active = Optional.of(new Known(revision.hidden(), content));
  }

  /**
   * Encodes what is offered from now on, until it is {@link #settled}. Of several that are offered
   * at one time all but one are read from their text.
   *
   * @throws TooLargeException as {@link RevisionContent#encode}
   */
  public OffHeap offer(RevisionContent content) throws TooLargeException {
    OffHeap text = content.encode();
    offered = Optional.of(new Known(text, content));
    return text;
  }

  /** What was offered is taken, or refused. */
  public void settled() {
    offered = Optional.empty();
  }
}
