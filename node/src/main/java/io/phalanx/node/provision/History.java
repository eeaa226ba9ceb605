package io.phalanx.node.provision;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.provision.SnapshotPublisher.Persistence;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** The revisions that the fleet had: what differs between them, and back to one of them. */
public final class History {
  private static final int CONTEXT_LINES = 3;

  private final Revisions revisions;
  private final SnapshotPublisher publisher;
  private final String member;
  private final UnaryOperator<Tree.Mapping> masked;

  /**
   * @param member this member's name, for the author of revisions
   * @param masked settings as they may be shown
   */
  public History(
      Revisions revisions,
      SnapshotPublisher publisher,
      String member,
      UnaryOperator<Tree.Mapping> masked) {
    this.revisions = revisions;
    this.publisher = publisher;
    this.member = member;
    this.masked = masked;
  }

  /** Newest last. */
  public List<RevisionEntry> entries() {
    return revisions.history();
  }

  /** A revision that is not remembered, or whose content no member that is here has. */
  public static final class UnknownRevisionException extends IOException {
    private UnknownRevisionException(long number) {
      super("revision " + number + " is not there; `phalanx config history` lists those that are");
    }
  }

  /**
   * What changed from one revision to another, in the unified format, of JSON in which secrets are
   * masked; empty if nothing that can be shown did.
   */
  public String difference(long from, long to) throws IOException, InterruptedException {
    List<String> before = lines(content(from));
    List<String> after = lines(content(to));
    return String.join(
        "\n",
        UnifiedDiffUtils.generateUnifiedDiff(
            "revision " + from,
            "revision " + to,
            before,
            DiffUtils.diff(before, after),
            CONTEXT_LINES));
  }

  private RevisionContent content(long number) throws IOException, InterruptedException {
    Optional<Revision> revision = revisions.revision(number);
    if (revision.isEmpty()) {
      throw new UnknownRevisionException(number);
    }
    return publisher.contents().of(revision.get());
  }

  private List<String> lines(RevisionContent content) {
    Encoder encoder = MiddlewareTypes.DECODER.maskingEncoder();
    var snapshots = new LinkedHashMap<String, Tree.Entry>();
    for (Map.Entry<String, DynamicConfig> snapshot : content.snapshots().entrySet()) {
      snapshots.put(
          snapshot.getKey(), new Tree.Entry(Place.NONE, encoder.encode(snapshot.getValue())));
    }
    var all = new LinkedHashMap<String, Tree.Entry>();
    all.put("settings", new Tree.Entry(Place.NONE, masked.apply(content.settings())));
    all.put("snapshots", new Tree.Entry(Place.NONE, new Tree.Mapping(snapshots, Place.NONE)));
    return Encoder.indentedJson(new Tree.Mapping(all, Place.NONE)).lines().toList();
  }

  /**
   * Publishes what a revision had as a new one. From then on what providers read is held back,
   * until {@link #resume}.
   *
   * @return the new revision's number
   * @throws IOException if that revision is not there, a member cannot serve it, or most members
   *     are away
   */
  public long rollBack(long to) throws IOException, InterruptedException {
    RevisionContent content = content(to).rolledBackTo(Optional.of(to));
    publisher.publish(
        "rollback to " + to + " on " + member,
        _ -> Optional.of(content),
        Persistence.ONCE,
        Optional.empty());
    return number();
  }

  /**
   * Has providers publish again.
   *
   * @return whether they were held back
   * @throws IOException if a member cannot serve what is resumed, or most members are away
   */
  public boolean resume() throws IOException, InterruptedException {
    boolean held =
        revisions
            .active()
            .map(active -> publisher.contents().of(active).rolledBackTo().isPresent())
            .orElse(false);
    publisher.publish(
        "resume on " + member,
        content -> Optional.of(content.rolledBackTo(Optional.empty())),
        Persistence.ONCE,
        Optional.empty());
    return held;
  }

  /**
   * Publishes other settings for the whole fleet.
   *
   * @param gone names of providers that the new ones do not have
   * @return the new revision's number; empty if the fleet has these settings already
   * @throws IOException if a member cannot serve them, or the fleet can take nothing now
   */
  public Optional<Long> apply(Tree.Mapping settings, Set<String> gone)
      throws IOException, InterruptedException {
    var changes = new AtomicBoolean();
    publisher.publish(
        "settings on " + member,
        before -> {
          RevisionContent after = before.withSettings(settings, gone);
          changes.set(!after.equals(before));
          return Optional.of(after);
        },
        Persistence.ONCE,
        Optional.empty());
    return changes.get() ? Optional.of(number()) : Optional.empty();
  }

  private long number() {
    return revisions.active().map(Revision::number).orElse(0L);
  }
}
