package io.phalanx.node.routing;

import io.phalanx.node.rule.Condition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a request must have, at the least, for a rule to match: one alternative of a list. The table
 * files a rule under each of its alternatives, so that only rules that can match are tried.
 *
 * @param host empty if the alternative asks for no host
 * @param path empty if the alternative asks for no path
 */
record Requirement(Optional<HostKey> host, Optional<PathKey> path) {
  /** Larger products of alternatives are not multiplied out; the first factor alone is kept. */
  private static final int MAX_PRODUCT = 1024;

  static final Requirement NONE = new Requirement(Optional.empty(), Optional.empty());

  /** An exact host, or a domain with a dot in front for any one label under it. */
  record HostKey(String text, boolean exact) {}

  /** An exact path, or a prefix. */
  record PathKey(String text, boolean exact) {}

  /** The alternatives of a condition; one of them holds whenever the condition does. */
  static List<Requirement> of(Condition condition) {
    return switch (condition) {
      case Condition.HostIs(String host) -> host(new HostKey(host, true));
      case Condition.HostAmong(Set<String> hosts) -> hosts(hosts);
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

  private static List<Requirement> hosts(Set<String> hosts) {
    return hosts.stream()
        .map(host -> new Requirement(Optional.of(new HostKey(host, true)), Optional.empty()))
        .toList();
  }

  private static List<Requirement> path(PathKey path) {
    return List.of(new Requirement(Optional.empty(), Optional.of(path)));
  }

  private static List<Requirement> any(List<Condition> any) {
    var alternatives = new LinkedHashSet<Requirement>();
    for (Condition condition : any) {
      alternatives.addAll(of(condition));
    }
    return alternatives.contains(NONE) ? List.of(NONE) : List.copyOf(alternatives);
  }

  private static List<Requirement> all(List<Condition> all) {
    List<Requirement> alternatives = List.of(NONE);
    for (Condition condition : all) {
      alternatives = product(alternatives, of(condition));
    }
    return alternatives;
  }

  private static List<Requirement> product(List<Requirement> these, List<Requirement> those) {
    if (those.contains(NONE)) {
      return these;
    }
    if (these.contains(NONE)) {
      return those;
    }
    if ((long) these.size() * those.size() > MAX_PRODUCT) {
      return these;
    }
    var both = new LinkedHashSet<Requirement>();
    for (Requirement one : these) {
      for (Requirement other : those) {
        both.add(one.and(other));
      }
    }
    return List.copyOf(both);
  }

  /**
   * Both hold. Where both ask for the same kind of thing one is enough: this is what must be, not
   * all that must be.
   */
  private Requirement and(Requirement other) {
    return new Requirement(narrower(host, other.host), narrowerPath(path, other.path));
  }

  private static Optional<HostKey> narrower(Optional<HostKey> a, Optional<HostKey> b) {
    boolean takeSecond = a.isEmpty() || (b.isPresent() && b.get().exact());
    return takeSecond ? b : a;
  }

  private static Optional<PathKey> narrowerPath(Optional<PathKey> a, Optional<PathKey> b) {
    boolean takeFirst =
        b.isEmpty()
            || a.filter(path -> path.exact() || path.text().length() >= b.get().text().length())
                .isPresent();
    return takeFirst ? a : b;
  }
}
