package io.phalanx.it.benchmark;

import io.phalanx.it.benchmark.Asker.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A proxy that answers from elsewhere, or leaves work out, would win for the wrong reason. */
final class SameWork {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int RECORDED = 5;

  private final Scenario scenario;
  private final Asker asker;
  private final Asker plain;

  SameWork(Scenario scenario, Tls tls, Programs programs) throws IOException {
    this.scenario = scenario;
    this.asker = new Asker(scenario.wire(), tls, programs);
    this.plain = new Asker(Wire.HTTP1, tls, programs);
  }

  /** Waits for the first 200: a node may answer 404 until it has its routes. */
  void awaitAnswer(Contestant contestant, Process process) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        if (get(contestant, "/").status() == 200) {
          return;
        }
      } catch (IOException _) {
        // Does not listen yet.
      }
      process.onExit().completeOnTimeout(process, PAUSE.toMillis(), TimeUnit.MILLISECONDS).join();
    }
    throw new IOException(contestant.name() + " does not answer");
  }

  void require(Contestant contestant) throws IOException {
    Body body = scenario.isGrpc() ? Body.SMALL : scenario.body();
    Answer answer = get(contestant, body.path());
    if (answer.status() != 200 || answer.body().length() != body.length()) {
      throw new IOException(
          "%s answers %d and %d characters, not the upstream's %d"
              .formatted(
                  contestant.name(), answer.status(), answer.body().length(), body.length()));
    }
    if (answer.isHttp2() != scenario.wire().isHttp2()) {
      throw new IOException(contestant.name() + " speaks another version of HTTP");
    }
    if (!answer.cipher().equals(scenario.wire().isTls() ? Tls.CIPHER : "")) {
      throw new IOException(contestant.name() + " encrypts with " + answer.cipher());
    }
    String forwarded = get(contestant, "/forwarded").body();
    if (!ForwardingHeader.areAllIn(forwarded)) {
      throw new IOException(
          contestant.name() + " does not set every forwarding header: " + forwarded);
    }
    requireServers(contestant);
    Optional<AccessRecord> record = contestant.record();
    if (record.isPresent()) {
      requireRecord(contestant, record.get());
    }
  }

  /** All of them by turns. */
  private void requireServers(Contestant contestant) throws IOException {
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < 2 * scenario.servers() && asked.size() < scenario.servers(); i++) {
      asked.add(get(contestant, "/server").body());
    }
    if (asked.size() < scenario.servers()) {
      throw new IOException(
          "%s asks %d of %d servers"
              .formatted(contestant.name(), asked.size(), scenario.servers()));
    }
  }

  private void requireRecord(Contestant contestant, AccessRecord record) throws IOException {
    record.forget();
    for (int i = 0; i < RECORDED; i++) {
      get(contestant, scenario.body().path());
    }
    record.requireLines(contestant.name(), RECORDED);
    if (record.metricsPort() > 0) {
      String metrics = plain.get(record.metricsPort(), "/metrics", "bench.test").body();
      if (!metrics.contains("_requests_total{")) {
        throw new IOException(contestant.name() + " counts no requests: " + metrics);
      }
    }
  }

  private Answer get(Contestant contestant, String path) throws IOException {
    return asker.get(contestant.port(), path, contestant.host());
  }
}
