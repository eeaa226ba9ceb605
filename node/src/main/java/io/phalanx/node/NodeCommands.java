package io.phalanx.node;

import static io.phalanx.node.Json.entry;
import static io.phalanx.node.Json.number;
import static io.phalanx.node.Json.text;
import static io.phalanx.node.Json.texts;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.admin.AdminCommand;
import io.phalanx.node.provision.History;
import io.phalanx.node.settings.SharedSettings;
import io.phalanx.providers.Problem;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** What a running node answers to {@code phalanx config} and {@code phalanx fleet}. */
final class NodeCommands {
  private static final String JSON = FleetAnswers.JSON;

  private final Node node;
  private final NodeStarter starter;
  private final Fleet fleet;
  private final History history;
  private final FleetAnswers answers;
  private final Rereading rereading;

  /**
   * @param end has the node end, soon
   */
  NodeCommands(Node node, NodeStarter starter, Rereading rereading, Runnable end) {
    this.node = node;
    this.starter = starter;
    this.rereading = rereading;
    this.fleet = node.fleet();
    this.history =
        new History(fleet.revisions(), node.publisher(), fleet.self().name(), this::masked);
    this.answers = new FleetAnswers(node, end);
  }

  /** Those that this release cannot read are not shown at all. */
  private Tree.Mapping masked(Tree.Mapping settings) {
    return starter
        .reader()
        .decode(settings)
        .value()
        .map(starter.reader()::masked)
        .orElse(Tree.Mapping.EMPTY);
  }

  /** By their first two words. */
  Map<String, AdminCommand> all() {
    return Map.ofEntries(
        Map.entry("config show", _ -> shown()),
        Map.entry("config history", this::history),
        Map.entry("config diff", this::difference),
        Map.entry("config rollback", this::rollBack),
        Map.entry("config resume", _ -> resume()),
        Map.entry("config apply", this::apply),
        Map.entry("fleet members", answers::members),
        Map.entry("fleet status", answers::status),
        Map.entry("fleet forget", answers::forget),
        Map.entry("fleet leave", _ -> answers.leave()));
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
    root.put("members", texts(fleet.members().stream().map(member -> member.name()).toList()));
    root.put("settings", entry(starter.reader().masked(node.settings())));
    root.put("snapshots", entry(new Tree.Mapping(snapshots, Place.NONE)));
    root.put("problems", texts(active.problems().stream().map(Problem::toString).toList()));
    return Json.of(root);
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
    return Json.of(
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

  /** The settings themselves come with the command, see {@link SettingsWord}. */
  private String apply(List<String> words) throws IOException, InterruptedException {
    Tree.Mapping settings =
        SharedSettings.of(SettingsWord.decode(words.isEmpty() ? "" : words.getFirst()));
    var gone = new HashSet<String>();
    Tree.Mapping before = node.active().content().settings();
    for (ProviderType<?> type : BuiltInProviders.ALL) {
      if (has(before, type) && !has(settings, type)) {
        gone.add(type.name());
      }
    }
    // What is in this node's own file may be what is applied.
    rereading.all();
    return history
        .apply(settings, gone)
        .map(
            "revision %d has these settings; `phalanx fleet members` tells how members stand"
                ::formatted)
        .orElse("the fleet has these settings already");
  }

  private static boolean has(Tree.Mapping settings, ProviderType<?> type) {
    return settings.block("providers").flatMap(all -> all.entry(type.key())).isPresent();
  }
}
