package io.phalanx.node.acme;

import io.phalanx.cluster.document.Documents;
import io.phalanx.node.acme.Authority.Window;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import io.phalanx.node.acme.ListedCertificate.Attempt;
import io.phalanx.node.acme.Plan.Due;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the fleet has of certificate resolvers, as any member knows it. */
public final class Inventory {
  private final Documents documents;
  private final ServedStates served;
  private final Instructions instructions;
  private final Wanted wanted;
  private final InstantSource clock;

  public Inventory(
      Documents documents,
      ServedStates served,
      Instructions instructions,
      Wanted wanted,
      InstantSource clock) {
    this.documents = documents;
    this.served = served;
    this.instructions = instructions;
    this.wanted = wanted;
    this.clock = clock;
  }

  /** All that are held, or are to be ordered, by their resolvers and names. */
  public List<ListedCertificate> all() {
    Instant now = clock.instant();
    SortedMap<String, CertificateState> states = served.states();
    var resolvers = new TreeSet<>(wanted.resolvers());
    states.values().forEach(state -> resolvers.add(state.need().resolver()));
    var all = new ArrayList<ListedCertificate>();
    resolvers.forEach(resolver -> all.addAll(of(resolver, states, now)));
    return all;
  }

  private List<ListedCertificate> of(
      String resolver, SortedMap<String, CertificateState> states, Instant now) {
    Map<BigInteger, Window> hints =
        HintsFormat.windows(documents.find(HintsFormat.documentName(resolver)));
    Map<String, Renew> renewals = instructions.renewals();
    var plan =
        new Plan(
            wanted.needs(resolver),
            states,
            wanted.given(now),
            held ->
                Renewal.at(
                    held.certificate(),
                    Optional.ofNullable(hints.get(held.certificate().getSerialNumber()))),
            renewals);
    var due = new HashMap<String, Due>();
    plan.due(now).forEach(one -> due.put(one.name(), one));
    var shown = new TreeMap<String, CertificateState>();
    plan.needs().forEach((name, need) -> shown.put(name, CertificateState.of(need)));
    states.forEach(
        (name, state) -> {
          if (state.need().resolver().equals(resolver)) {
            shown.put(name, state);
          }
        });
    return shown.entrySet().stream()
        .map(
            one ->
                listed(
                    one.getValue(),
                    plan.needs().containsKey(one.getKey()),
                    Optional.ofNullable(due.get(one.getKey())).map(Due::at),
                    Optional.ofNullable(renewals.get(one.getKey()))))
        .sorted((a, b) -> String.join(",", a.names()).compareTo(String.join(",", b.names())))
        .toList();
  }

  private ListedCertificate listed(
      CertificateState state, boolean isNeeded, Optional<Instant> next, Optional<Renew> renewal) {
    Optional<Revoke> revocation =
        instructions.revocations().stream().filter(one -> one.isOf(state)).findFirst();
    return new ListedCertificate(
        Optional.of(state.need().resolver()),
        state.need().names(),
        state.held().map(Held::chain).orElse(List.of()),
        false,
        isNeeded,
        state.order().isPresent(),
        next,
        state.failed().map(failed -> new Attempt(failed.times(), failed.reason())),
        revocation
            .map(Inventory::words)
            .or(() -> renewal.filter(one -> one.isOpen(state)).map(_ -> "is to be renewed now")));
  }

  private static String words(Revoke revoke) {
    return "is to be revoked ("
        + revoke.reason().word()
        + ')'
        + revoke
            .failed()
            .map(
                failed ->
                    ", which failed %d times, next attempt at %s: %s"
                        .formatted(failed.times(), failed.notBefore(), failed.reason()))
            .orElse("");
  }
}
