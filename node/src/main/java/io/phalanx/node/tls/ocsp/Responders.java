package io.phalanx.node.tls.ocsp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks responders, and waits for the whole answer, which is bounded. Thread-safe. */
final class Responders implements AutoCloseable {
  /** Bytes of an answer: one has some hundreds, and some thousands with certificates in it. */
  static final long MAX_BYTES = 1 << 16;

  private static final int OK = 200;
  private static final int MAX_WORDS = 200;

  private final Duration limit;

  /** Made when it is first needed: it has a thread. Guarded by this. */
  private Optional<HttpClient> client = Optional.empty();

  /**
   * @param limit until the last byte of an answer
   */
  Responders(Duration limit) {
    this.limit = limit;
  }

  private synchronized HttpClient client() {
    HttpClient one =
        client.orElseGet(
            () ->
                HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(limit)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build());
    client = Optional.of(one);
    return one;
  }

  /**
   * @param request in DER
   * @throws IOException if there is no answer in time, or one with another status or too long
   */
  byte[] ask(URI responder, byte[] request) throws IOException, InterruptedException {
    HttpRequest question =
        HttpRequest.newBuilder(responder)
            .header("Content-Type", "application/ocsp-request")
            .header("Accept", "application/ocsp-response")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client().sendAsync(question, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      HttpResponse<byte[]> whole = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (whole.statusCode() != OK) {
        throw new IOException("HTTP " + whole.statusCode());
      }
      return whole.body();
    } catch (TimeoutException _) {
      throw new IOException("no answer within " + limit.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw new IOException(words(Objects.requireNonNullElse(e.getCause(), e)), e);
    } finally {
      answer.cancel(true);
    }
  }

  private static String words(Throwable failure) {
    return switch (failure) {
      case ConnectException _ -> "no connection";
      case IOException known when known.getMessage() != null -> printable(known.getMessage());
      default -> failure.getClass().getSimpleName();
    };
  }

  /** A responder's own words may be in it, which are whatever it likes. */
  private static String printable(String text) {
    String words = text.replaceAll("\\P{Print}+", " ").strip();
    return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + "...";
  }

  @Override
  public synchronized void close() {
    client.ifPresent(HttpClient::shutdownNow);
  }
}
