package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The server that will probably answer soonest (Traefik's {@code leasttime}): by the time that its
 * last answers took, the requests that it has in flight, and its weight. Of several that are equal
 * each has its turn, by weight.
 *
 * <p>A server of which nothing is known is asked first, but by one request at a time; while it has
 * that one it counts as quick as the quickest.
 */
public final class LeastTime implements Balancer {
  private final List<Server> servers;
  private final ServerLoads loads;
  private final ToDoubleFunction<Server> share;

  /** When the next turn of each is due, among those that are equal. Guarded by this. */
  private final double[] due;

  private double time;

  /**
   * @param share how much of its weight counts now, above 0 to 1
   */
  public LeastTime(List<Server> servers, ServerLoads loads, ToDoubleFunction<Server> share) {
    this.servers = servers.stream().filter(server -> server.weight() > 0).toList();
    this.loads = loads;
    this.share = share;
    this.due = new double[this.servers.size()];
    for (int i = 0; i < due.length; i++) {
      due[i] = 1.0 / this.servers.get(i).weight();
    }
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    int size = servers.size();
    if (size < 2) {
      return servers.stream().findFirst();
    }
    double[] scores = scores();
    double least = Arrays.stream(scores).min().orElse(0);
    int chosen = -1;
    for (int i = 0; i < size; i++) {
      if (scores[i] == least) {
        if (chosen >= 0) {
          return Optional.of(turn(scores, least));
        }
        chosen = i;
      }
    }
    return Optional.of(servers.get(chosen));
  }

  private double[] scores() {
    long now = loads.now();
    var scores = new double[servers.size()];
    double quickest = Double.MAX_VALUE;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = loads.of(servers.get(i)).millis(now);
      quickest = scores[i] >= 0 ? Math.min(quickest, scores[i]) : quickest;
    }
    for (int i = 0; i < scores.length; i++) {
      Server server = servers.get(i);
      int inFlight = loads.of(server).inFlight();
      double millis = scores[i];
      if (millis < 0) {
        millis = inFlight == 0 || quickest == Double.MAX_VALUE ? 0 : quickest;
      }
      scores[i] = millis * (1 + inFlight) / (server.weight() * share.applyAsDouble(server));
    }
    return scores;
  }

  private synchronized Server turn(double[] scores, double least) {
    int first = -1;
    double soonest = Double.MAX_VALUE;
    for (int i = 0; i < scores.length; i++) {
      double at = Math.max(due[i], time);
      if (scores[i] == least && at < soonest) {
        soonest = at;
        first = i;
      }
    }
    Server chosen = servers.get(first);
    time = soonest;
    due[first] = soonest + 1.0 / chosen.weight();
    return chosen;
  }
}
