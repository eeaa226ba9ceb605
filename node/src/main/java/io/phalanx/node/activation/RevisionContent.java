package io.phalanx.node.activation;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.ReadLimits;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.Trees;
import io.phalanx.secrets.OffHeap;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a revision holds: the settings that nodes of the fleet share, and the newest snapshot of
 * every provider.
 *
 * @param settings static configuration that all nodes share; the words alone, without places
 * @param snapshots by the name of the provider
 * @param problems what providers found to be wrong with what they read, by their names; those that
 *     found nothing are not there
 * @param rolledBackTo the revision that this one is a repetition of: until somebody has them go on,
 *     what providers read is held back
 */
public record RevisionContent(
    Tree.Mapping settings,
    SortedMap<String, DynamicConfig> snapshots,
    SortedMap<String, List<Problem>> problems,
    Optional<Long> rolledBackTo) {
  private static final String SNAPSHOTS = "snapshots";
  private static final String ROLLED_BACK_TO = "rolledBackTo";
  private static final String FORMAT = "1";

  public RevisionContent {
    snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
    problems = Collections.unmodifiableSortedMap(new TreeMap<>(problems));
  }

  public static RevisionContent of(Tree.Mapping settings) {
    return new RevisionContent(
        Trees.withoutPlaces(settings), new TreeMap<>(), new TreeMap<>(), Optional.empty());
  }

  /**
   * The same with this snapshot in the place of the provider's older one. A snapshot of nothing but
   * mistakes takes nothing away: it comes from a member that cannot read what another one could.
   */
  public RevisionContent with(String provider, Snapshot snapshot) {
    var changed = new TreeMap<>(snapshots);
    boolean blind = snapshot.config().equals(DynamicConfig.EMPTY) && !snapshot.problems().isEmpty();
    if (!blind || !snapshots.containsKey(provider)) {
      changed.put(provider, snapshot.config());
    }
    var told = new TreeMap<>(problems);
    told.remove(provider);
    if (!snapshot.problems().isEmpty()) {
      told.put(provider, SharedProblems.bounded(snapshot.problems()));
    }
    return new RevisionContent(settings, changed, told, rolledBackTo);
  }

  /**
   * The same with other settings.
   *
   * @param gone names of providers that the new ones do not have: what these gave goes with them
   */
  public RevisionContent withSettings(Tree.Mapping given, Set<String> gone) {
    var kept = new TreeMap<>(snapshots);
    var told = new TreeMap<>(problems);
    gone.forEach(kept::remove);
    gone.forEach(told::remove);
    return new RevisionContent(Trees.withoutPlaces(given), kept, told, rolledBackTo);
  }

  /** The same, as what the fleet is rolled back to; empty for what it goes on from. */
  public RevisionContent rolledBackTo(Optional<Long> revision) {
    return new RevisionContent(settings, snapshots, problems, revision);
  }

  /**
   * As JSON, in UTF-8, that begins with a format number.
   *
   * @throws TooLargeException if members of the fleet would refuse to read it
   */
  public OffHeap encode() throws TooLargeException {
    Encoder encoder = MiddlewareTypes.DECODER.encoder();
    var byProvider = new LinkedHashMap<String, Object>();
    snapshots.forEach((provider, config) -> byProvider.put(provider, encoder.later(config)));
    var root = new LinkedHashMap<String, Object>();
    root.put("format", FORMAT);
    root.put("settings", settings);
    root.put(SNAPSHOTS, byProvider);
    root.put("problems", SharedProblems.tree(problems));
    rolledBackTo.ifPresent(number -> root.put(ROLLED_BACK_TO, Long.toString(number)));
    OffHeap text = Encoder.hiddenJson(root);
    if (text.length() > ReadLimits.MAX_ENCODED_BYTES) {
      throw new TooLargeException(text.length());
    }
    return text;
  }

  /** What the providers gave is more than a revision holds. */
  public static final class TooLargeException extends IOException {
    private TooLargeException(long bytes) {
      super(
          "the configuration of all providers is %d bytes long, at most %d are possible"
              .formatted(bytes, ReadLimits.MAX_ENCODED_BYTES));
    }
  }

  /**
   * @throws IllegalStateException if a later release wrote it in a form that this one does not know
   */
  public static RevisionContent decode(OffHeap text) {
    JsonReader.Partly<DynamicConfig> read =
        JsonReader.readEncoded(
            "revision", text, SNAPSHOTS, MiddlewareTypes.DECODER, DynamicConfig.class);
    Parsed parsed = read.rest();
    String format = scalar(parsed, "format").orElse("");
    if (!parsed.problems().isEmpty() || !format.equals(FORMAT)) {
      throw new IllegalStateException(
          "a revision's content is in format \"" + format + "\", this release knows " + FORMAT);
    }
    var snapshots = new TreeMap<String, DynamicConfig>();
    read.parts()
        .forEach(
            (provider, decoded) -> {
              if (!decoded.problems().isEmpty()) {
                throw new IllegalStateException(
                    "a revision cannot be read: " + decoded.problems().getFirst());
              }
              snapshots.put(provider, decoded.value().orElse(DynamicConfig.EMPTY));
            });
    return new RevisionContent(
        Trees.withoutPlaces(parsed.tree().block("settings").orElse(Tree.Mapping.EMPTY)),
        snapshots,
        SharedProblems.of(parsed.tree().block("problems").orElse(Tree.Mapping.EMPTY)),
        scalar(parsed, ROLLED_BACK_TO).map(Long::valueOf));
  }

  private static Optional<String> scalar(Parsed parsed, String name) {
    return parsed
        .tree()
        .entry(name)
        .map(Tree.Entry::value)
        .map(value -> value instanceof Tree.Scalar given ? given.text() : "");
  }
}
