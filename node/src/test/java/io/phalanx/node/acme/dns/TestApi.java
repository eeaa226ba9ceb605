package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real HTTP server that answers as the interface of a provider does, and the way to it. */
final class TestApi implements AutoCloseable {
  static final String ZONE = "example.com";
  static final ChallengeRecord RECORD = record("token-1", "value-1");
  static final ChallengeRecord OTHER = record("token-2", "value-2");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final TestTime time = new TestTime();

  /**
   * @param headers by their names in lower case
   */
  record Call(String method, URI url, Map<String, String> headers, String body) {
    Call {
      headers = Map.copyOf(headers);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String path() {
      return url.getPath();
    }

    /** A parameter of the query; empty if it is not there. */
    String parameter(String name) {
      String query = url.getQuery() == null ? "" : url.getQuery();
      for (String pair : query.split("&")) {
        if (pair.startsWith(name + '=')) {
          return pair.substring(name.length() + 1);
        }
      }
      return "";
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    @Override
    public String toString() {
      return method + ' ' + url;
    }
  }

  record Reply(int status, String body, Map<String, String> headers) {
    Reply {
      headers = Map.copyOf(headers);
    }

    static Reply of(int status, String body) {
      return new Reply(status, body, Map.of());
    }

    static Reply json(Map<String, ?> content) {
      return of(200, JsonMapper.shared().writeValueAsString(content));
    }
  }

  interface Answering {
    Reply reply(Call call);
  }

  TestApi(Answering answering) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, answering));
    server.start();
  }

  private static ChallengeRecord record(String token, String value) {
    return new ChallengeRecord(
        "www.example.com", token, token + ".thumbprint", "_acme-challenge.www.example.com", value);
  }

  private void answer(HttpExchange exchange, Answering answering) throws IOException {
    try (exchange) {
      var headers = new HashMap<String, String>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      var call =
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      calls.add(call);
      Reply reply;
      synchronized (this) {
        reply = answering.reply(call);
      }
      reply.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] body = reply.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The calls that change something. */
  List<String> changes() {
    return calls.stream()
        .filter(call -> !call.method().equals("GET"))
        .map(call -> call.method() + ' ' + call.path())
        .toList();
  }

  TestTime time() {
    return time;
  }

  ApiClient.Connection connection() {
    return new ApiClient.Connection(http, time);
  }

  /** The provider as it is told by these variables alone. */
  DnsProvider provider(String name, Map<String, String> variables) {
    return DnsProviders.open(options(name, variables), connection(), _ -> ZONE);
  }

  static DnsOptions options(String name, Map<String, String> variables) {
    return new DnsOptions(
        name,
        new Variables(Map.of(), variables),
        List.of(),
        List.of(),
        new DnsOptions.Checks(true, false),
        Duration.ZERO);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    http.shutdownNow();
  }
}
