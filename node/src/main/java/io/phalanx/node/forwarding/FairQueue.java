package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Exchange;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a connection. Clients have theirs by turns, each address one at a time, so
 * that one with many waits for itself and not others for it. Those of one address keep their order.
 * Belongs to one I/O thread.
 */
final class FairQueue {
  private record Queued(Call call, long since) {}

  private final LinkedHashMap<Exchange, Queued> byAge = new LinkedHashMap<>();
  private final LinkedHashMap<InetAddress, LinkedHashMap<Exchange, Call>> clients =
      new LinkedHashMap<>();

  int size() {
    return byAge.size();
  }

  boolean isEmpty() {
    return byAge.isEmpty();
  }

  /**
   * @param now nanoseconds of the thread's clock
   */
  void add(Call call, long now) {
    byAge.put(call.exchange(), new Queued(call, now));
    clients.computeIfAbsent(client(call), _ -> new LinkedHashMap<>(2)).put(call.exchange(), call);
  }

  private static InetAddress client(Call call) {
    return call.exchange().request().peer().address();
  }

  /** Whether it was there. */
  boolean remove(Call call) {
    if (byAge.remove(call.exchange()) == null) {
      return false;
    }
    InetAddress client = client(call);
    LinkedHashMap<Exchange, Call> others = clients.get(client);
    if (others != null) {
      others.remove(call.exchange());
      if (others.isEmpty()) {
        clients.remove(client);
      }
    }
    return true;
  }

  /** All of them, the one that has waited longest first. */
  List<Call> calls() {
    return byAge.values().stream().map(Queued::call).toList();
  }

  /** Whose turn it is. */
  @Nullable Call peek() {
    Map.Entry<InetAddress, LinkedHashMap<Exchange, Call>> first = clients.firstEntry();
    return first == null ? null : first.getValue().firstEntry().getValue();
  }

  /** Takes whose turn it is; the next one of the same client comes behind those of all others. */
  @Nullable Call poll() {
    Call next = peek();
    if (next != null) {
      remove(next);
      LinkedHashMap<Exchange, Call> others = clients.remove(client(next));
      if (others != null) {
        clients.put(client(next), others);
      }
    }
    return next;
  }

  /** Takes the one that has waited longest, if it has waited for {@code limit} nanoseconds. */
  @Nullable Call pollLate(long now, long limit) {
    Map.Entry<Exchange, Queued> first = byAge.firstEntry();
    if (first == null || now - first.getValue().since < limit) {
      return null;
    }
    Call late = first.getValue().call;
    remove(late);
    return late;
  }
}
