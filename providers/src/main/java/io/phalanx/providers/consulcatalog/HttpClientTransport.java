package io.phalanx.providers.consulcatalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ecwid.consul.transport.HttpRequest;
import com.ecwid.consul.transport.HttpResponse;
import com.ecwid.consul.transport.HttpTransport;
import com.ecwid.consul.transport.TransportException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * consul-api's requests over {@link HttpClient}. Its own transport sends the ACL token as part of
 * the URL, where proxies and servers log it; here it is a header and nothing else.
 */
final class HttpClientTransport implements HttpTransport, AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final long MAX_BODY = 64L << 20;

  private final HttpClient client;
  private final Duration limit;
  private final Optional<String> token;
  private final Optional<String> authorization;

  /**
   * @param limit for a whole request
   * @param token sent as {@code X-Consul-Token}
   */
  HttpClientTransport(
      Optional<SSLContext> tls,
      Duration limit,
      Optional<String> token,
      Optional<ConsulCatalogOptions.HttpAuth> login) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER);
    tls.ifPresent(builder::sslContext);
    this.client = builder.build();
    this.limit = limit;
    this.token = token;
    this.authorization = login.map(HttpClientTransport::basic);
  }

  private static String basic(ConsulCatalogOptions.HttpAuth login) {
    String pair = login.username() + ':' + login.password().value();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** Waits; an interrupt ends it and stays set. */
  @Override
  public HttpResponse makeGetRequest(HttpRequest request) {
    var builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.getUrl())).timeout(limit).GET();
    token.ifPresent(value -> builder.header("X-Consul-Token", value));
    authorization.ifPresent(value -> builder.header("Authorization", value));
    try {
      java.net.http.HttpResponse<String> answer =
          client.send(
              builder.build(), BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), MAX_BODY));
      return new HttpResponse(
          answer.statusCode(),
          Integer.toString(answer.statusCode()),
          answer.body(),
          number(answer, "X-Consul-Index"),
          Boolean.parseBoolean(answer.headers().firstValue("X-Consul-KnownLeader").orElse("true")),
          number(answer, "X-Consul-LastContact"));
    } catch (IOException e) {
      throw new TransportException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException(e);
    }
  }

  private static Long number(java.net.http.HttpResponse<?> answer, String header) {
    List<String> values = answer.headers().allValues(header);
    try {
      return values.isEmpty() ? 0L : Long.parseLong(values.getFirst());
    } catch (NumberFormatException _) {
      return 0L;
    }
  }

  @Override
  public HttpResponse makePutRequest(HttpRequest request) {
    throw new UnsupportedOperationException("the catalog is only read");
  }

  @Override
  public HttpResponse makeDeleteRequest(HttpRequest request) {
    throw new UnsupportedOperationException("the catalog is only read");
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
