package io.phalanx.it.hotkey;

import io.phalanx.it.harness.Medians;
import io.phalanx.it.hotkey.MemberMain.Side;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The sides by turns, in short slices, each on a key of its own whose bucket is full. */
final class Contest {
  private static final Duration SLICE = Duration.ofSeconds(4);
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  private final Members members;
  private final RedisServer redis;
  private final Map<Scenario, Map<Side, List<Slice>>> slices = new EnumMap<>(Scenario.class);
  private int keys;

  Contest(Members members, RedisServer redis) {
    this.members = members;
    this.redis = redis;
  }

  void run(int rounds) throws IOException {
    for (Side side : Side.values()) {
      for (Scenario scenario : Scenario.values()) {
        slice(scenario, side, WARM_UP);
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Scenario scenario : Scenario.values()) {
        List<Side> turns = Arrays.asList(Side.values());
        for (Side side : round % 2 == 0 ? turns : turns.reversed()) {
          slices
              .computeIfAbsent(scenario, _ -> new EnumMap<>(Side.class))
              .computeIfAbsent(side, _ -> new ArrayList<>())
              .add(slice(scenario, side, SLICE));
        }
      }
    }
  }

  private Slice slice(Scenario scenario, Side side, Duration time) throws IOException {
    long cpu = redis.cpu();
    Sample sample = members.run(scenario.task(side, "hot-" + keys++), time);
    return new Slice(
        sample, side == Side.REDIS ? redis.cpu() - cpu : 0, scenario.most(sample.seconds()));
  }

  /** How many admissions the limit did not allow, in all slices of a side. */
  long beyond(Side side) {
    return slices.values().stream()
        .flatMap(sides -> sides.getOrDefault(side, List.of()).stream())
        .mapToLong(Slice::beyond)
        .sum();
  }

  private static long beyond(List<Slice> of) {
    return of.stream().mapToLong(Slice::beyond).sum();
  }

  String table() {
    var text = new StringBuilder();
    text.append(
        "%-19s %-8s %11s %9s %9s %10s %7s %7s %9s %9s%n"
            .formatted(
                "",
                "",
                "decisions/s",
                "p50 µs",
                "p99 µs",
                "max µs",
                "used",
                "beyond",
                "cpu µs",
                "of Redis"));
    slices.forEach(
        (scenario, sides) ->
            sides.forEach(
                (side, of) ->
                    text.append(
                        "%-19s %-8s %11.0f %9.1f %9.1f %10.0f %7s %7s %9.2f %9.2f%n"
                            .formatted(
                                name(scenario),
                                name(side),
                                median(of, Slice::perSecond),
                                median(of, slice -> slice.sample().latencies().micros(0.5)),
                                median(of, slice -> slice.sample().latencies().micros(0.99)),
                                median(of, slice -> slice.sample().latencies().micros(1)),
                                side == Side.NOTHING
                                    ? ""
                                    : "%.1f%%".formatted(100 * median(of, Slice::used)),
                                side == Side.NOTHING ? "" : Long.toString(beyond(of)),
                                median(of, Slice::cpuMicros),
                                median(of, Slice::redisCpuMicros)))));
    text.append(
        "Medians of %d slices of %d s, three processes and redis-server; used: admitted, of what the limit and the questions allow;%nbeyond: admitted against the limit; cpu: of all processes, for one decision, what asks (nothing) included.%n"
            .formatted(rounds(), SLICE.toSeconds()));
    return text.toString();
  }

  private int rounds() {
    return slices.values().stream()
        .flatMap(sides -> sides.values().stream())
        .mapToInt(List::size)
        .max()
        .orElse(0);
  }

  /** For programs: figures by scenario and side, and what of Phalanx is to what of Redis. */
  Map<String, Object> figures() {
    var all = new LinkedHashMap<String, Object>();
    slices.forEach(
        (scenario, sides) -> {
          var one = new LinkedHashMap<String, Object>();
          sides.forEach((side, of) -> one.put(name(side), figures(of)));
          one.put("perSecondToRedis", ratio(sides, Slice::perSecond));
          one.put("p99ToRedis", ratio(sides, slice -> slice.sample().latencies().micros(0.99)));
          one.put("cpuToRedis", ratio(sides, Slice::cpuMicros));
          all.put(name(scenario), one);
        });
    return all;
  }

  private static Map<String, Object> figures(List<Slice> of) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("perSecond", rounded(median(of, Slice::perSecond)));
    figures.put("p50Micros", rounded(median(of, slice -> slice.sample().latencies().micros(0.5))));
    figures.put("p99Micros", rounded(median(of, slice -> slice.sample().latencies().micros(0.99))));
    figures.put("maxMicros", rounded(median(of, slice -> slice.sample().latencies().micros(1))));
    figures.put(
        "lateP99Micros", rounded(median(of, slice -> slice.sample().lateness().micros(0.99))));
    figures.put("used", rounded(median(of, Slice::used)));
    figures.put("beyond", beyond(of));
    figures.put("unanswered", of.stream().mapToLong(slice -> slice.sample().unanswered()).sum());
    figures.put("cpuMicros", rounded(median(of, Slice::cpuMicros)));
    figures.put("redisCpuMicros", rounded(median(of, Slice::redisCpuMicros)));
    return figures;
  }

  /** The median over rounds of what one is to the other in the same round. */
  private static double ratio(Map<Side, List<Slice>> sides, ToDoubleFunction<Slice> figure) {
    List<Slice> own = sides.getOrDefault(Side.PHALANX, List.of());
    List<Slice> other = sides.getOrDefault(Side.REDIS, List.of());
    double[] ratios = new double[Math.min(own.size(), other.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(own.get(i)) / figure.applyAsDouble(other.get(i));
    }
    return rounded(Medians.of(ratios));
  }

  private static double median(List<Slice> slices, ToDoubleFunction<Slice> figure) {
    return Medians.of(slices.stream().mapToDouble(figure).toArray());
  }

  private static double rounded(double figure) {
    return Double.isNaN(figure) ? -1 : Math.round(figure * 1000) / 1000.0;
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
