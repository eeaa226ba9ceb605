package io.phalanx.node.acme;

import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.tls.CertificateNeed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What is to be ordered, and when: nothing that a certificate covers already, given or issued, or
 * one that is to be ordered anyway.
 */
final class Plan {
  private final SortedMap<String, CertificateNeed> needs = new TreeMap<>();
  private final Map<String, CertificateState> states;
  private final List<Collection<String>> given;
  private final Function<Held, Instant> renewal;
  private final Map<String, Renew> instructed;

  /**
   * One need that is to be seen to.
   *
   * @param name of its document
   * @param at when, perhaps in the past
   */
  record Due(String name, CertificateState state, Instant at) {}

  /**
   * @param needs of one resolver
   * @param states how it stands with all, of other resolvers, too, by the names of their documents
   * @param given the names of each certificate that is given and valid
   * @param renewal when a certificate is to be renewed
   * @param instructed what is to be ordered now, by the names of its documents
   */
  Plan(
      Collection<CertificateNeed> needs,
      Map<String, CertificateState> states,
      List<Collection<String>> given,
      Function<Held, Instant> renewal,
      Map<String, Renew> instructed) {
    needs.forEach(need -> this.needs.put(CertificateState.documentName(need), need));
    this.states = states;
    this.given = given;
    this.renewal = renewal;
    this.instructed = Map.copyOf(instructed);
  }

  /** All that are to be seen to, now or later, the earliest first. */
  List<Due> due(Instant now) {
    var due = new ArrayList<Due>();
    needs.forEach(
        (name, need) -> {
          if (given.stream().noneMatch(names -> covers(names, need)) && !isRedundant(name, need)) {
            CertificateState state =
                Optional.ofNullable(states.get(name)).orElseGet(() -> CertificateState.of(need));
            due.add(new Due(name, state, at(name, state, now)));
          }
        });
    due.sort((a, b) -> a.at().compareTo(b.at()));
    return due;
  }

  /**
   * Those of {@link #due} that have a document, and as many of the others as there is room for: one
   * that cannot be written down would be in the way of all.
   *
   * @param room how many documents there may be beside those that there are
   */
  List<Due> fitting(List<Due> due, int room) {
    var fitting = new ArrayList<Due>();
    int left = room;
    for (Due one : due) {
      boolean isNew = !states.containsKey(one.name());
      if (!isNew || left > 0) {
        fitting.add(one);
        left -= isNew ? 1 : 0;
      }
    }
    return fitting;
  }

  /** The needs that there are, by the names of their documents. */
  SortedMap<String, CertificateNeed> needs() {
    return needs;
  }

  private Instant at(String name, CertificateState state, Instant now) {
    Optional<Renew> instruction =
        Optional.ofNullable(instructed.get(name)).filter(one -> one.isOpen(state));
    Instant wanted =
        state.order().isPresent() || instruction.isPresent()
            ? Instant.MIN
            : state
                .held()
                .map(renewal)
                .or(() -> coveredUntil(name, state.need(), now))
                .orElse(Instant.MIN);
    return state
        .failed()
        .filter(failed -> instruction.isEmpty() || instruction.get().isBefore(failed))
        .map(Failed::notBefore)
        .filter(wanted::isBefore)
        .filter(notBefore -> !Backoff.isOver(notBefore, now))
        .orElse(wanted);
  }

  /** Until when a certificate serves the need that was issued for another one, which is gone. */
  private Optional<Instant> coveredUntil(String name, CertificateNeed need, Instant now) {
    return states.entrySet().stream()
        .filter(other -> !other.getKey().equals(name))
        .flatMap(
            other ->
                other
                    .getValue()
                    .held()
                    .filter(held -> held.end().isAfter(now))
                    .filter(_ -> covers(other.getValue().need().names(), need))
                    .stream())
        .map(renewal)
        .max(Instant::compareTo);
  }

  /** Whether another one that is needed, and not failing, covers it. */
  private boolean isRedundant(String name, CertificateNeed need) {
    for (Map.Entry<String, CertificateNeed> other : needs.entrySet()) {
      boolean isOther = !other.getKey().equals(name) && covers(other.getValue().names(), need);
      boolean isFirst =
          !covers(need.names(), other.getValue()) || other.getKey().compareTo(name) < 0;
      if (isOther && isFirst && isWell(other.getKey())) {
        return true;
      }
    }
    return false;
  }

  private boolean isWell(String name) {
    CertificateState state = states.get(name);
    return state == null || state.held().isPresent() || state.failed().isEmpty();
  }

  private static boolean covers(Collection<String> names, CertificateNeed need) {
    return need.names().stream().allMatch(name -> covers(names, name));
  }

  /** As itself, or by a wildcard for its first label. */
  static boolean covers(Collection<String> names, String name) {
    int dot = name.indexOf('.');
    return names.contains(name)
        || (dot > 0
            && !name.startsWith("*.")
            && !Authority.isAddress(name)
            && names.contains('*' + name.substring(dot)));
  }
}
