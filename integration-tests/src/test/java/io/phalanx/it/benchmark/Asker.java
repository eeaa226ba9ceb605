package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.net.ssl.SSLSession;

/** Asks one question at a time, in the way of a scenario. */
final class Asker {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Wire wire;
  private final String curl;
  private final HttpClient client;

  Asker(Wire wire, Tls tls, Programs programs) throws IOException {
    this.wire = wire;
    this.curl = programs.path("curl");
    this.client =
        HttpClient.newBuilder()
            .version(wire.isHttp2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .sslContext(tls.clientContext())
            .sslParameters(Tls.clientParameters())
            .build();
  }

  /**
   * @param cipher empty without TLS
   */
  record Answer(int status, String body, boolean isHttp2, String cipher) {}

  Answer get(int port, String path, String host) throws IOException {
    return wire == Wire.HTTP2 ? byCurl(wire.url(port, path)) : byJava(wire.url(port, path), host);
  }

  private Answer byJava(String url, String host) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    if (!wire.isHttp2()) {
      request.header("Host", host);
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(),
          answer.body(),
          answer.version() == HttpClient.Version.HTTP_2,
          answer.sslSession().map(SSLSession::getCipherSuite).orElse(""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Java's client begins with HTTP/1.1 where there is no TLS. */
  private Answer byCurl(String url) throws IOException {
    Process process =
        new ProcessBuilder(
                curl,
                "--silent",
                "--http2-prior-knowledge",
                "--max-time",
                Long.toString(LIMIT.toSeconds()),
                "--write-out",
                "\n%{http_code} %{http_version}",
                url)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int end = output.lastIndexOf('\n');
    String[] last = output.substring(end + 1).split(" ");
    if (end < 0 || last[0].equals("000")) {
      throw new IOException("no answer from " + url);
    }
    return new Answer(
        Integer.parseInt(last[0]), output.substring(0, end), last[1].startsWith("2"), "");
  }
}
