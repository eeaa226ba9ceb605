package io.phalanx.node;

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
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a running node answers to {@code phalanx config}, {@code phalanx fleet} and {@code phalanx
 * cert}.
 */
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
    CertAnswers certificates = new CertAnswers(node.resolvers());
    return Map.ofEntries(
        Map.entry("cert list", certificates::list),
        Map.entry("cert show", certificates::show),
        Map.entry("cert renew", certificates::renew),
        Map.entry("cert revoke", certificates::revoke),
        Map.entry("cert import", certificates::take),
        Map.entry("cert export", certificates::export),
        Map.entry("config show", _ -> shown()),
        Map.entry("config history", this::history),
        Map.entry("config diff", this::difference),
        Map.entry("config rollback", this::rollBack),
        Map.entry("config resume", this::resume),
        Map.entry("config apply", this::apply),
        Map.entry("fleet members", answers::members),
        Map.entry("fleet status", answers::status),
        Map.entry("fleet forget", answers::forget),
        Map.entry("fleet leave", answers::leave));
  }

  private String shown() {
    Activator.State active = node.active();
    var snapshots = new LinkedHashMap<String, Object>();
    Encoder encoder = MiddlewareTypes.DECODER.maskingEncoder();
    active
        .content()
        .snapshots()
        .forEach((provider, config) -> snapshots.put(provider, encoder.encode(config)));
    var root = new LinkedHashMap<String, Object>();
    root.put("revision", active.number());
    root.put("fingerprint", active.fingerprint());
    active.content().rolledBackTo().ifPresent(revision -> root.put("rolledBackTo", revision));
    root.put("members", fleet.members().stream().map(member -> member.name()).toList());
    root.put("settings", starter.reader().masked(node.settings()));
    root.put("snapshots", snapshots);
    root.put("problems", active.problems().stream().map(Problem::toString).toList());
    return Encoder.indentedJson(root);
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
    return Encoder.indentedJson(
        entries.stream()
            .map(
                entry -> {
                  SequencedMap<String, Object> fields = new LinkedHashMap<>();
                  fields.put("revision", entry.number());
                  fields.put("at", entry.at().toString());
                  fields.put("author", entry.author());
                  fields.put("sha256", entry.hash());
                  return fields;
                })
            .toList());
  }

  private String difference(List<String> words) throws IOException, InterruptedException {
    List<String> numbers = words.stream().filter(word -> !word.equals(JSON)).toList();
    long from = revision(numbers, 0);
    long to = numbers.size() > 1 ? revision(numbers, 1) : node.active().number();
    String difference = history.difference(from, to);
    return words.contains(JSON)
        ? FleetAnswers.json("from", from, "to", to, "lines", difference.lines().toList())
        : difference;
  }

  private String rollBack(List<String> words) throws IOException, InterruptedException {
    long to = revision(words, 0);
    long number = history.rollBack(to);
    return words.contains(JSON)
        ? FleetAnswers.json("revision", number, "rolledBackTo", to)
        : "revision %d serves what revision %d had; providers are held back until `phalanx config resume`"
            .formatted(number, to);
  }

  private String resume(List<String> words) throws IOException, InterruptedException {
    boolean held = history.resume();
    if (words.contains(JSON)) {
      return FleetAnswers.json("resumed", held);
    }
    return held ? "providers go on" : "nothing was held back";
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
    Optional<Long> number = history.apply(settings, gone);
    if (words.contains(JSON)) {
      return FleetAnswers.json(
          "changed", number.isPresent(), "revision", number.orElseGet(node.active()::number));
    }
    return number
        .map(
            "revision %d has these settings; `phalanx fleet members` tells how members stand"
                ::formatted)
        .orElse("the fleet has these settings already");
  }

  private static boolean has(Tree.Mapping settings, ProviderType<?> type) {
    return settings.block("providers").flatMap(all -> all.entry(type.key())).isPresent();
  }
}
