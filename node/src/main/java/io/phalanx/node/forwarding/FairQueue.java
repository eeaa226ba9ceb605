package io.phalanx.node.forwarding;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a connection. Clients have theirs by turns, each address one at a time, so that
 * one with many waits for itself and not others for it. Those of one address keep their order.
 * Belongs to one I/O thread.
 */
final class FairQueue<T> {
  private final Function<T, InetAddress> clientOf;
  private final LinkedHashMap<T, Long> byAge = new LinkedHashMap<>();
  private final LinkedHashMap<InetAddress, LinkedHashSet<T>> clients = new LinkedHashMap<>();

  FairQueue(Function<T, InetAddress> clientOf) {
    this.clientOf = clientOf;
  }

  int size() {
    return byAge.size();
  }

  boolean isEmpty() {
    return byAge.isEmpty();
  }

  /**
   * @param now nanoseconds of the thread's clock
   */
  void add(T added, long now) {
    byAge.put(added, now);
    clients.computeIfAbsent(clientOf.apply(added), _ -> new LinkedHashSet<>(2)).add(added);
  }

  /** Whether it was there. */
  boolean remove(T left) {
    if (byAge.remove(left) == null) {
      return false;
    }
    InetAddress client = clientOf.apply(left);
    LinkedHashSet<T> others = clients.get(client);
    if (others != null) {
      others.remove(left);
      if (others.isEmpty()) {
        clients.remove(client);
      }
    }
    return true;
  }

  /** All of them, the one that has waited longest first. */
  List<T> all() {
    return List.copyOf(byAge.keySet());
  }

  /** Whose turn it is. */
  @Nullable T peek() {
    Map.Entry<InetAddress, LinkedHashSet<T>> first = clients.firstEntry();
    return first == null ? null : first.getValue().getFirst();
  }

  /** Takes whose turn it is; the next one of the same client comes behind those of all others. */
  @Nullable T poll() {
    T next = peek();
    if (next != null) {
      remove(next);
      InetAddress client = clientOf.apply(next);
      LinkedHashSet<T> others = clients.remove(client);
      if (others != null) {
        clients.put(client, others);
      }
    }
    return next;
  }

  /**
   * Takes those that have waited for {@code limit} nanoseconds, none if that is 0.
   *
   * @param told of each when it is no longer here
   */
  void pollLate(long now, long limit, Consumer<T> told) {
    while (limit > 0 && !byAge.isEmpty()) {
      Map.Entry<T, Long> first = byAge.firstEntry();
      if (now - first.getValue() < limit) {
        return;
      }
      remove(first.getKey());
      told.accept(first.getKey());
    }
  }
}
