package io.phalanx.it.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks nodes. */
public final class Client implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    return get(port, path, Map.of());
  }

  public HttpResponse<String> get(int port, String path, Map<String, String> headers)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** Asks again and again until the body is the wanted one; tells how long that took. */
  public Duration await(int port, String path, String body, Duration limit)
      throws InterruptedException {
    long start = System.nanoTime();
    String last = "nothing";
    while (System.nanoTime() - start < limit.toNanos()) {
      try {
        HttpResponse<String> answer = get(port, path);
        last = answer.statusCode() + " " + answer.body();
        if (answer.statusCode() == 200 && answer.body().equals(body)) {
          return Duration.ofNanos(System.nanoTime() - start);
        }
      } catch (IOException e) {
        last = e.toString();
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError(
        "port " + port + " did not answer \"" + body + "\" within " + limit + ", but " + last);
  }

  @Override
  public void close() {
    http.close();
  }
}
