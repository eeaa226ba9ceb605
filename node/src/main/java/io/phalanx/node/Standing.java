package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.command.Version;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a node stands, as it tells the others.
 *
 * @param revision number of the one that it serves
 * @param fingerprint of that
 * @param newest number of the newest one that it knows of
 * @param release of Phalanx
 * @param keys ids of the fleet keys that it knows; the first is its own
 * @param afterRestart options that it serves after a restart only
 * @param differs options at which it was given something else than the fleet has
 * @param troubles why something of the fleet's settings is not served
 * @param unread whether what it is given changed since it was read
 */
record Standing(
    long revision,
    String fingerprint,
    long newest,
    String release,
    List<String> keys,
    List<String> afterRestart,
    List<String> differs,
    List<String> troubles,
    boolean unread) {
  private static final String FORMAT = "1";
  private static final int MOST_LINES = 50;
  private static final int MOST_CHARACTERS = 500;

  Standing {
    keys = bounded(keys);
    afterRestart = bounded(afterRestart);
    differs = bounded(differs);
    troubles = bounded(troubles);
  }

  private static List<String> bounded(List<String> lines) {
    return lines.stream()
        .limit(MOST_LINES)
        .map(line -> line.substring(0, Math.min(MOST_CHARACTERS, line.length())))
        .toList();
  }

  /** That of this node. */
  static Standing of(
      Activator.State active,
      Fleet fleet,
      List<String> afterRestart,
      List<String> differs,
      List<String> troubles,
      boolean unread) {
    List<RevisionEntry> history = fleet.revisions().history();
    return new Standing(
        active.number(),
        active.fingerprint(),
        history.isEmpty() ? active.number() : history.getLast().number(),
        Version.current().phalanx(),
        fleet.keys().stream().map(FleetKey::id).toList(),
        afterRestart,
        differs,
        troubles,
        unread);
  }

  /** The same where others know of a newer revision. */
  Standing knowing(long newer) {
    return new Standing(
        revision,
        fingerprint,
        Math.max(newest, newer),
        release,
        keys,
        afterRestart,
        differs,
        troubles,
        unread);
  }

  /** What an operator should know, one thing a line; nothing if all is well. */
  List<String> remarks() {
    var remarks = new ArrayList<String>();
    if (revision < newest) {
      remarks.add("serves revision " + revision + ", the newest is " + newest);
    }
    if (!afterRestart.isEmpty()) {
      remarks.add("after restart: " + String.join(", ", afterRestart));
    }
    if (!differs.isEmpty()) {
      remarks.add(
          "drift, was given otherwise than the fleet has it: " + String.join(", ", differs));
    }
    if (unread) {
      remarks.add("drift, what it is given changed since it was read; SIGHUP has it read");
    }
    troubles.forEach(trouble -> remarks.add("trouble: " + trouble));
    return remarks;
  }

  /** The fields, for JSON. */
  SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("revision", revision);
    fields.put("fingerprint", fingerprint);
    fields.put("newest", newest);
    fields.put("release", release);
    fields.put("keys", keys);
    fields.put("afterRestart", afterRestart);
    fields.put("drift", differs);
    fields.put("troubles", troubles);
    fields.put("unread", unread);
    return fields;
  }

  /** As JSON that begins with a format number. */
  String encode() {
    var all = new LinkedHashMap<String, Object>();
    all.put("format", FORMAT);
    all.putAll(fields());
    return Encoder.json(all);
  }

  /**
   * @throws IllegalStateException if a later release wrote it in a form that this one does not know
   */
  static Standing decode(String encoded) {
    Parsed parsed = JsonReader.readEncoded("report", encoded);
    Tree.Mapping tree = parsed.tree();
    String format = scalar(tree, "format");
    if (!parsed.problems().isEmpty() || !format.equals(FORMAT)) {
      throw new IllegalStateException(
          "its report is in format \"" + format + "\", this release knows " + FORMAT);
    }
    try {
      return new Standing(
          Long.parseLong(scalar(tree, "revision")),
          scalar(tree, "fingerprint"),
          Long.parseLong(scalar(tree, "newest")),
          scalar(tree, "release"),
          lines(tree, "keys"),
          lines(tree, "afterRestart"),
          lines(tree, "drift"),
          lines(tree, "troubles"),
          Boolean.parseBoolean(scalar(tree, "unread")));
    } catch (NumberFormatException e) {
      throw new IllegalStateException("its report cannot be read", e);
    }
  }

  private static String scalar(Tree.Mapping tree, String name) {
    return tree.entry(name).map(Tree.Entry::value).map(Standing::textOf).orElse("");
  }

  private static List<String> lines(Tree.Mapping tree, String name) {
    Optional<Tree> value = tree.entry(name).map(Tree.Entry::value);
    return value.isPresent() && value.get() instanceof Tree.Sequence(List<Tree> items, Place _)
        ? items.stream().map(Standing::textOf).toList()
        : List.of();
  }

  private static String textOf(Tree value) {
    return value instanceof Tree.Scalar scalar ? scalar.text() : "";
  }
}
