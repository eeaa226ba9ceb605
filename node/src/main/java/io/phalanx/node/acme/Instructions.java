package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What operators want to be done about certificates, as the documents of the fleet hold it. Told of
 * one change after another; read by any thread.
 */
public final class Instructions implements Consumer<SortedMap<String, Document>> {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Readings<Instruction> readings =
      new Readings<>(
          Instruction::isOne,
          InstructionFormat::instruction,
          "holds no instruction that this release can follow");
  private volatile SortedMap<String, Instruction> all = Collections.emptySortedMap();

  @Override
  public synchronized void accept(SortedMap<String, Document> documents) {
    SortedMap<String, Instruction> now = readings.of(documents);
    if (!now.equals(all)) {
      all = now;
      listeners.forEach(Runnable::run);
    }
  }

  /** Calls {@code listener} whenever something else is wanted, until {@link #forget}. */
  void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** By the names of the documents of the certificates that they are for. */
  Map<String, Renew> renewals() {
    var renewals = new HashMap<String, Renew>();
    for (Instruction one : all.values()) {
      if (one instanceof Renew renew) {
        renewals.put(CertificateState.documentName(renew.need()), renew);
      }
    }
    return renewals;
  }

  List<Revoke> revocations() {
    return all.values().stream().filter(Revoke.class::isInstance).map(Revoke.class::cast).toList();
  }
}
