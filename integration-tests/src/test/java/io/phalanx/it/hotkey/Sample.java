package io.phalanx.it.hotkey;

import java.util.List;

/**
 * What one or more members decided in the same stretch of time.
 *
 * @param from when it began, by the machine's monotonic clock, in nanoseconds
 * @param to when the last decision was there
 * @param cpu nanoseconds of processor time of these processes, what asked included
 * @param latencies from the question to the decision
 * @param lateness how much later than it was due each question was asked
 */
record Sample(
    long from,
    long to,
    long admitted,
    long refused,
    long unanswered,
    long cpu,
    Histogram latencies,
    Histogram lateness) {

  static Sample merged(List<Sample> samples) {
    var latencies = new Histogram();
    var lateness = new Histogram();
    samples.forEach(
        sample -> {
          latencies.add(sample.latencies);
          lateness.add(sample.lateness);
        });
    return new Sample(
        samples.stream().mapToLong(Sample::from).min().orElse(0),
        samples.stream().mapToLong(Sample::to).max().orElse(0),
        samples.stream().mapToLong(Sample::admitted).sum(),
        samples.stream().mapToLong(Sample::refused).sum(),
        samples.stream().mapToLong(Sample::unanswered).sum(),
        samples.stream().mapToLong(Sample::cpu).sum(),
        latencies,
        lateness);
  }

  long decisions() {
    return admitted + refused + unanswered;
  }

  double seconds() {
    return (to - from) / 1e9;
  }

  /** One line. */
  String text() {
    return String.join(
        " ",
        Long.toString(from),
        Long.toString(to),
        Long.toString(admitted),
        Long.toString(refused),
        Long.toString(unanswered),
        Long.toString(cpu),
        "l" + latencies.text(),
        "s" + lateness.text());
  }

  static Sample parse(String line) {
    String[] words = line.split(" ");
    return new Sample(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]),
        Histogram.parse(words[6].substring(1)),
        Histogram.parse(words[7].substring(1)));
  }
}
