package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators want to be done about certificates, as the documents of the fleet hold it. Told of
 * one change after another; read by any thread.
 */
public final class Instructions implements Consumer<SortedMap<String, Document>> {
  private static final Logger LOG = LoggerFactory.getLogger(Instructions.class);

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private Map<String, Read> known = new HashMap<>();
  private volatile SortedMap<String, Instruction> all = Collections.emptySortedMap();

  private record Read(String hash, List<Instruction> instruction) {
    Read {
      instruction = List.copyOf(instruction);
    }
  }

  @Override
  public synchronized void accept(SortedMap<String, Document> documents) {
    var next = new HashMap<String, Read>();
    documents.forEach(
        (name, document) -> {
          if (Instruction.isOne(name)) {
            Read before = known.get(name);
            next.put(
                name,
                before != null && before.hash().equals(document.hash()) ? before : read(document));
          }
        });
    known = next;
    var now = new TreeMap<String, Instruction>();
    next.forEach((name, read) -> read.instruction().forEach(one -> now.put(name, one)));
    if (!now.equals(all)) {
      all = now;
      listeners.forEach(Runnable::run);
    }
  }

  private static Read read(Document document) {
    try {
      return new Read(
          document.hash(), List.of(document.content().lend(InstructionFormat::instruction)));
    } catch (IllegalStateException e) {
      LOG.error(
          "document {} holds no instruction that this release can follow: {}",
          document.name(),
          e.getMessage());
      return new Read(document.hash(), List.of());
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
