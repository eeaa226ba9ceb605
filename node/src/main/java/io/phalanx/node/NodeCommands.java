package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.Fleet.Belonging;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.admin.AdminCommand;
import io.phalanx.node.provision.History;
import io.phalanx.node.provision.SnapshotPublisher;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What a running node answers to {@code phalanx config} and {@code phalanx fleet}. */
final class NodeCommands {
  private static final String JSON = "--json";

  private final Node node;
  private final NodeStarter starter;
  private final Fleet fleet;
  private final History history;
  private final Runnable end;

  /**
   * @param first what a fleet without a revision starts from
   * @param end has the node end, soon
   */
  NodeCommands(Node node, NodeStarter starter, RevisionContent first, Runnable end) {
    this.node = node;
    this.starter = starter;
    this.fleet = node.fleet();
    String self = fleet.self().name();
    this.history =
        new History(fleet.revisions(), new SnapshotPublisher(fleet.revisions(), self, first), self);
    this.end = end;
  }

  /** By their first two words. */
  Map<String, AdminCommand> all() {
    return Map.ofEntries(
        Map.entry("config show", _ -> shown()),
        Map.entry("config history", this::history),
        Map.entry("config diff", this::difference),
        Map.entry("config rollback", this::rollBack),
        Map.entry("config resume", _ -> resume()),
        Map.entry("fleet members", this::members),
        Map.entry("fleet status", this::status),
        Map.entry("fleet forget", this::forget),
        Map.entry("fleet leave", _ -> leave()));
  }

  private String shown() {
    Activator.State active = node.active();
    var snapshots = new LinkedHashMap<String, Tree.Entry>();
    Encoder encoder = MiddlewareTypes.DECODER.maskingEncoder();
    active
        .content()
        .snapshots()
        .forEach((provider, config) -> snapshots.put(provider, entry(encoder.encode(config))));
    var root = new LinkedHashMap<String, Tree.Entry>();
    root.put("revision", number(active.number()));
    root.put("fingerprint", text(active.fingerprint()));
    active
        .content()
        .rolledBackTo()
        .ifPresent(revision -> root.put("rolledBackTo", number(revision)));
    root.put(
        "members", entry(sequence(fleet.members().stream().map(member -> member.name()).toList())));
    root.put("settings", entry(starter.reader().masked(node.settings())));
    root.put("snapshots", entry(new Tree.Mapping(snapshots, Place.NONE)));
    root.put(
        "problems", entry(sequence(active.problems().stream().map(Problem::toString).toList())));
    return json(root);
  }

  private String history(List<String> words) {
    List<RevisionEntry> entries = history.entries();
    if (!words.contains(JSON)) {
      var lines = new StringBuilder();
      for (RevisionEntry entry : entries) {
        lines.append("%6d  %s  %s%n".formatted(entry.number(), entry.at(), entry.author()));
      }
      return lines.toString().stripTrailing();
    }
    return jsonOf(
        entries.stream()
            .map(
                entry -> {
                  SequencedMap<String, Tree.Entry> fields = new LinkedHashMap<>();
                  fields.put("revision", number(entry.number()));
                  fields.put("at", text(entry.at().toString()));
                  fields.put("author", text(entry.author()));
                  fields.put("sha256", text(entry.hash()));
                  return fields;
                })
            .toList());
  }

  private String difference(List<String> words) throws IOException, InterruptedException {
    List<String> numbers = words.stream().filter(word -> !word.equals(JSON)).toList();
    long from = revision(numbers, 0);
    long to = numbers.size() > 1 ? revision(numbers, 1) : node.active().number();
    return history.difference(from, to);
  }

  private String rollBack(List<String> words) throws IOException, InterruptedException {
    long to = revision(words, 0);
    return "revision %d serves what revision %d had; providers are held back until `phalanx config resume`"
        .formatted(history.rollBack(to), to);
  }

  private String resume() throws IOException, InterruptedException {
    return history.resume() ? "providers go on" : "nothing was held back";
  }

  private static long revision(List<String> words, int at) throws IOException {
    try {
      return Long.parseLong(words.get(at));
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      throw new IOException("the number of a revision is needed");
    }
  }

  private String members(List<String> words) {
    List<Belonging> known = fleet.known();
    if (!words.contains(JSON)) {
      var lines = new StringBuilder();
      for (Belonging member : known) {
        lines.append(
            "%-40s %s%s%n"
                .formatted(
                    member.name(),
                    member.present() ? "here" : "away",
                    member.self() ? ", this node" : ""));
      }
      return lines.toString().stripTrailing();
    }
    return jsonOf(
        known.stream()
            .map(
                member -> {
                  SequencedMap<String, Tree.Entry> fields = new LinkedHashMap<>();
                  fields.put("name", text(member.name()));
                  fields.put("id", text(member.id()));
                  fields.put("present", text(Boolean.toString(member.present())));
                  fields.put("self", text(Boolean.toString(member.self())));
                  return fields;
                })
            .toList());
  }

  private String status(List<String> words) {
    List<Belonging> known = fleet.known();
    long here = known.stream().filter(Belonging::present).count();
    boolean majority = here * 2 > known.size();
    Activator.State active = node.active();
    if (!words.contains(JSON)) {
      return "members: %d of %d here%s%nrevision: %d (%s)%s%nproblems: %d"
          .formatted(
              here,
              known.size(),
              majority ? "" : ", no majority: nothing can be changed",
              active.number(),
              active.fingerprint(),
              active
                  .content()
                  .rolledBackTo()
                  .map(to -> ", rolled back to " + to + ", providers are held back")
                  .orElse(""),
              active.problems().size());
    }
    var fields = new LinkedHashMap<String, Tree.Entry>();
    fields.put("members", number(known.size()));
    fields.put("here", number(here));
    fields.put("majority", text(Boolean.toString(majority)));
    fields.put("revision", number(active.number()));
    fields.put("fingerprint", text(active.fingerprint()));
    active
        .content()
        .rolledBackTo()
        .ifPresent(revision -> fields.put("rolledBackTo", number(revision)));
    fields.put("problems", number(active.problems().size()));
    return json(fields);
  }

  private String forget(List<String> words) throws IOException, InterruptedException {
    if (words.isEmpty()) {
      throw new IOException("the name of a member is needed; `phalanx fleet members` has them");
    }
    Optional<String> objection = fleet.forget(words.getFirst());
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    return words.getFirst() + " belongs to the fleet no more";
  }

  private String leave() throws IOException, InterruptedException {
    Optional<String> objection = fleet.leave();
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    end.run();
    return "this node belongs to the fleet no more, and stops";
  }

  private static Tree.Entry entry(Tree value) {
    return new Tree.Entry(Place.NONE, value);
  }

  private static Tree.Entry text(String value) {
    return entry(new Tree.Scalar(value, Place.NONE));
  }

  private static Tree.Entry number(long value) {
    return text(Long.toString(value));
  }

  private static Tree sequence(List<String> texts) {
    return new Tree.Sequence(
        texts.stream().<Tree>map(text -> new Tree.Scalar(text, Place.NONE)).toList(), Place.NONE);
  }

  private static String json(SequencedMap<String, Tree.Entry> fields) {
    return Encoder.indentedJson(new Tree.Mapping(fields, Place.NONE));
  }

  private static String jsonOf(List<SequencedMap<String, Tree.Entry>> all) {
    return Encoder.indentedJson(
        new Tree.Sequence(
            all.stream().<Tree>map(fields -> new Tree.Mapping(fields, Place.NONE)).toList(),
            Place.NONE));
  }
}
