package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.Fleet.Belonging;
import io.phalanx.cluster.Member;
import io.phalanx.cluster.report.Report;
import io.phalanx.node.activation.Activator;
import io.phalanx.providers.tree.Encoder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** What a running node answers to {@code phalanx fleet}. */
final class FleetAnswers {
  static final String JSON = "--json";

  /** For the reports of the others. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Node node;
  private final Fleet fleet;
  private final Runnable end;

  /**
   * @param end has the node end, soon
   */
  FleetAnswers(Node node, Runnable end) {
    this.node = node;
    this.fleet = node.fleet();
    this.end = end;
  }

  /** A member and how it stands, or why that is not known. */
  private record Shown(Belonging member, Optional<Standing> standing, String instead) {
    static Shown of(Belonging member, Report report) {
      return switch (report) {
        case Report.Told(String text) -> told(member, text);
        case Report.Away() -> new Shown(member, Optional.empty(), "away");
        case Report.Silent(String reason) ->
            new Shown(member, Optional.empty(), "does not answer: " + reason);
      };
    }

    private static Shown told(Belonging member, String text) {
      try {
        return new Shown(member, Optional.of(Standing.decode(text)), "");
      } catch (IllegalStateException e) {
        return new Shown(member, Optional.empty(), String.valueOf(e.getMessage()));
      }
    }

    String state() {
      return member.present() ? "here" : "away";
    }
  }

  /** Names of members, for the log. */
  static List<String> named(List<Member> members, Member self) {
    return members.stream()
        .map(member -> member.equals(self) ? member.name() + " (this node)" : member.name())
        .toList();
  }

  String members(List<String> words) throws InterruptedException {
    var shown = new ArrayList<Shown>();
    fleet.reports().ask(LIMIT).forEach((member, report) -> shown.add(Shown.of(member, report)));
    return words.contains(JSON)
        ? Encoder.indentedJson(shown.stream().map(one -> fields(one, newest(shown))).toList())
        : shown.stream().map(one -> lines(one, newest(shown))).collect(Collectors.joining("\n"));
  }

  private static long newest(List<Shown> shown) {
    return shown.stream()
        .flatMap(one -> one.standing().stream())
        .mapToLong(Standing::newest)
        .max()
        .orElse(0);
  }

  private static String lines(Shown one, long newest) {
    var line = new StringBuilder("%-40s ".formatted(one.member().name()));
    line.append(one.state()).append(one.member().self() ? ", this node" : "");
    if (one.standing().isEmpty()) {
      return one.member().present()
          ? line.append(", ").append(one.instead()).toString()
          : "" + line;
    }
    Standing standing = one.standing().get().knowing(newest);
    line.append(", revision ").append(standing.revision());
    line.append(" (").append(standing.fingerprint()).append(')');
    line.append(", release ").append(standing.release());
    if (!standing.keys().isEmpty()) {
      line.append(", keys ").append(String.join(" ", standing.keys()));
    }
    standing.remarks().forEach(remark -> line.append("\n  ").append(remark));
    return line.toString();
  }

  private static SequencedMap<String, Object> fields(Shown one, long newest) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", one.member().name());
    fields.put("id", one.member().id());
    fields.put("present", one.member().present());
    fields.put("self", one.member().self());
    if (one.standing().isPresent()) {
      fields.putAll(one.standing().get().knowing(newest).fields());
    } else {
      fields.put("silent", one.instead());
    }
    return fields;
  }

  String status(List<String> words) {
    List<Belonging> known = fleet.known();
    long here = known.stream().filter(Belonging::present).count();
    boolean majority = fleet.hasMajority();
    Activator.State active = node.active();
    Standing standing = node.standing();
    if (!words.contains(JSON)) {
      var text =
          new StringBuilder(
              "members: %d of %d here%s%nrevision: %d (%s)%s%nproblems: %d"
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
                      active.problems().size()));
      standing.remarks().forEach(remark -> text.append('\n').append(remark));
      return text.toString();
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("members", known.size());
    fields.put("here", here);
    fields.put("majority", majority);
    active.content().rolledBackTo().ifPresent(revision -> fields.put("rolledBackTo", revision));
    fields.put("problems", active.problems().size());
    fields.putAll(standing.fields());
    return Encoder.indentedJson(fields);
  }

  String forget(List<String> words) throws IOException, InterruptedException {
    if (words.isEmpty()) {
      throw new IOException("the name of a member is needed; `phalanx fleet members` has them");
    }
    Optional<String> objection = fleet.forget(words.getFirst());
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    return words.contains(JSON)
        ? json("forgotten", words.getFirst())
        : words.getFirst() + " belongs to the fleet no more";
  }

  String leave(List<String> words) throws IOException, InterruptedException {
    Optional<String> objection = fleet.leave();
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
    end.run();
    return words.contains(JSON)
        ? json("left", true)
        : "this node belongs to the fleet no more, and stops";
  }

  /**
   * @param fields name and value by turns
   */
  static String json(Object... fields) {
    var object = new LinkedHashMap<String, Object>();
    for (int i = 0; i < fields.length; i += 2) {
      object.put(fields[i].toString(), fields[i + 1]);
    }
    return Encoder.indentedJson(object);
  }
}
