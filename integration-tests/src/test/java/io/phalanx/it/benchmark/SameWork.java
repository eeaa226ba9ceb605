package io.phalanx.it.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;

/** A proxy that answers from elsewhere, or leaves work out, would win for the wrong reason. */
final class SameWork {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int RECORDED = 5;

  private final Scenario scenario;
  private final HttpClient client;

  SameWork(Scenario scenario, Tls tls) throws IOException {
    this.scenario = scenario;
    this.client =
        HttpClient.newBuilder()
            .version(
                scenario.wire().isHttp2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .sslContext(tls.clientContext())
            .sslParameters(Tls.clientParameters())
            .build();
  }

  /** Waits for the first 200: a node may answer 404 until it has its routes. */
  void awaitAnswer(Contestant contestant, Process process) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        if (get(contestant, "/").statusCode() == 200) {
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
    Body body = scenario.body();
    HttpResponse<String> answer = get(contestant, body.path());
    if (answer.statusCode() != 200 || answer.body().length() != body.length()) {
      throw new IOException(
          "%s answers %d and %d characters, not the upstream's %d"
              .formatted(
                  contestant.name(), answer.statusCode(), answer.body().length(), body.length()));
    }
    String forwarded = get(contestant, "/forwarded").body();
    if (!ForwardingHeader.areAllIn(forwarded)) {
      throw new IOException(
          contestant.name() + " does not set every forwarding header: " + forwarded);
    }
    requireProtocol(contestant, answer);
    Optional<AccessRecord> record = contestant.record();
    if (record.isPresent()) {
      requireRecord(contestant, record.get());
    }
  }

  private void requireProtocol(Contestant contestant, HttpResponse<String> answer)
      throws IOException {
    boolean isHttp2 = answer.version() == HttpClient.Version.HTTP_2;
    if (isHttp2 != scenario.wire().isHttp2()) {
      throw new IOException(contestant.name() + " speaks " + answer.version());
    }
    Optional<SSLSession> session = answer.sslSession();
    if (session.isPresent() != scenario.wire().isTls()) {
      throw new IOException(contestant.name() + ": TLS is " + session);
    }
    if (session.isPresent() && !session.get().getCipherSuite().equals(Tls.CIPHER)) {
      throw new IOException(contestant.name() + " encrypts with " + session.get().getCipherSuite());
    }
  }

  private void requireRecord(Contestant contestant, AccessRecord record) throws IOException {
    record.forget();
    for (int i = 0; i < RECORDED; i++) {
      get(contestant, scenario.body().path());
    }
    record.requireLines(contestant.name(), RECORDED);
    if (record.metricsPort() > 0) {
      String metrics = get(Wire.HTTP1.url(record.metricsPort(), "/metrics"), "bench.test").body();
      if (!metrics.contains("_requests_total{")) {
        throw new IOException(contestant.name() + " counts no requests: " + metrics);
      }
    }
  }

  private HttpResponse<String> get(Contestant contestant, String path) throws IOException {
    return get(scenario.wire().url(contestant.port(), path), contestant.host());
  }

  private HttpResponse<String> get(String url, String host) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5));
    if (!scenario.wire().isHttp2()) {
      request.header("Host", host);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
