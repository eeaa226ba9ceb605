package io.phalanx.node.acme;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks whether a certificate may be ordered for a name. Waits for the answer. Thread-safe. */
final class Permissions implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECTING)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param name a host that is one
   * @return whether the answer is 2xx; of what is behind its head nothing is read
   * @throws IOException if there is none in time
   */
  boolean isAllowed(OnDemand rule, String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url(rule.ask(), name)).timeout(rule.timeout()).GET().build();
    HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode() / 100 == 2;
  }

  private static URI url(URI ask, String name) {
    String separator = ask.getRawQuery() == null ? "?" : "&";
    return URI.create(ask + separator + "domain=" + URLEncoder.encode(name, UTF_8));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
