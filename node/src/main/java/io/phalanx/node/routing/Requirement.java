package io.phalanx.node.routing;

import io.phalanx.node.rule.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request must have, at the least, for a rule to match: one alternative of a list. The table
 * files a rule under each of its alternatives, so that only rules that can match are tried.
 *
 * @param host empty if the alternative asks for no host
 * @param path empty if the alternative asks for no path
 */
record Requirement(Optional<HostKey> host, Optional<PathKey> path) {
  /** More alternatives than this are not told apart. */
  private static final int MAX_ALTERNATIVES = 4096;

  static final Requirement NONE = new Requirement(Optional.empty(), Optional.empty());

  /** An exact host, or a domain with a dot in front for any one label under it. */
  record HostKey(String text, boolean exact) {}

  /** An exact path, or a prefix. */
  record PathKey(String text, boolean exact) {}

  /** The alternatives of a condition; one of them holds whenever the condition does. */
  static List<Requirement> of(Condition condition) {
    return switch (condition) {
      case Condition.HostIs(String host) -> host(new HostKey(host, true));
      case Condition.HostUnder(String domain) -> host(new HostKey(domain, false));
      case Condition.PathIs(String path) -> path(new PathKey(path, true));
      case Condition.PathStarts(String prefix) -> path(new PathKey(prefix, false));
      case Condition.And(List<Condition> all) -> all(all);
      case Condition.Or(List<Condition> any) -> any(any);
      case Condition.Not _, Condition.Test _ -> List.of(NONE);
    };
  }

  private static List<Requirement> host(HostKey host) {
    return List.of(new Requirement(Optional.of(host), Optional.empty()));
  }

  private static List<Requirement> path(PathKey path) {
    return List.of(new Requirement(Optional.empty(), Optional.of(path)));
  }

  private static List<Requirement> any(List<Condition> any) {
    var alternatives = new ArrayList<Requirement>();
    for (Condition condition : any) {
      List<Requirement> more = of(condition);
      if (more.contains(NONE) || alternatives.size() + more.size() > MAX_ALTERNATIVES) {
        return List.of(NONE);
      }
      alternatives.addAll(more);
    }
    return alternatives.stream().distinct().toList();
  }

  private static List<Requirement> all(List<Condition> all) {
    List<Requirement> alternatives = List.of(NONE);
    for (Condition condition : all) {
      List<Requirement> more = of(condition);
      if ((long) alternatives.size() * more.size() <= MAX_ALTERNATIVES) {
        List<Requirement> before = alternatives;
        alternatives = before.stream().flatMap(a -> more.stream().map(a::and)).distinct().toList();
      }
    }
    return alternatives;
  }

  /**
   * Both hold. Where both ask for the same kind of thing one is enough: this is what must be, not
   * all that must be.
   */
  private Requirement and(Requirement other) {
    return new Requirement(narrower(host, other.host), path.or(other::path));
  }

  private static Optional<HostKey> narrower(Optional<HostKey> a, Optional<HostKey> b) {
    boolean takeSecond = a.isEmpty() || (b.isPresent() && b.get().exact());
    return takeSecond ? b : a;
  }
}
