package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Requests to the interface of a provider: bounded in size and time, asked again when it is asked
 * too often, and with its own words in errors, from which secrets are taken out.
 */
final class ApiClient {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long MAX_ANSWER = 1 << 20;
  private static final int MAX_WORDS = 500;
  private static final int MAX_ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_REFUSAL = Duration.ofHours(6);
  private static final Set<Integer> BUSY = Set.of(429, 503);

  private final Connection connection;
  private final URI base;
  private final Duration limit;
  private final Signing signing;
  private final List<String> secrets;

  /** What requests go over, and the time that they take. */
  record Connection(HttpClient http, PassingTime time) {}

  /** Headers that prove who asks. */
  interface Signing {
    Map<String, String> headers(Request request, Instant now);

    static Signing with(String header, String value) {
      return (_, _) -> Map.of(header, value);
    }
  }

  /**
   * @param body empty for none
   */
  record Request(String method, URI url, String body) {}

  /**
   * @param body in UTF-8
   */
  record Answer(int status, String body) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  /**
   * @param limit for one answer
   * @param secrets that no error may show
   */
  ApiClient(
      Connection connection, URI base, Duration limit, Signing signing, List<String> secrets) {
    this.connection = connection;
    this.base = base;
    this.limit = limit;
    this.signing = signing;
    this.secrets = List.copyOf(secrets);
  }

  PassingTime time() {
    return connection.time();
  }

  /**
   * The answer to a question in JSON, whatever its status.
   *
   * @param path behind the base, and the query
   */
  Answer ask(String method, String path, String body) throws DnsException, InterruptedException {
    var request = new Request(method, URI.create(base + path), body);
    for (int attempt = 1; ; attempt++) {
      HttpResponse<String> answer = once(request);
      if (!isBusy(answer)) {
        return new Answer(answer.statusCode(), answer.body());
      }
      Duration pause = retryAfter(answer).orElse(FIRST_PAUSE.multipliedBy(attempt));
      if (attempt == MAX_ATTEMPTS || pause.compareTo(LONGEST_PAUSE) > 0) {
        Duration refusal = pause.compareTo(LONGEST_REFUSAL) < 0 ? pause : LONGEST_REFUSAL;
        throw new DnsException(
            words(new Answer(answer.statusCode(), answer.body())),
            Optional.of(connection.time().instant().plus(refusal)));
      }
      connection.time().pass(pause);
    }
  }

  /** The content of a good answer. */
  JsonNode json(String method, String path, String body) throws DnsException, InterruptedException {
    Answer answer = ask(method, path, body);
    if (!answer.isGood()) {
      throw refused(answer);
    }
    return parsed(answer.body())
        .orElseThrow(() -> new DnsException(base.getHost() + " answers with no JSON"));
  }

  JsonNode get(String path) throws DnsException, InterruptedException {
    return json("GET", path, "");
  }

  /** Empty if there is nothing at the path. */
  Optional<JsonNode> find(String path) throws DnsException, InterruptedException {
    Answer answer = ask("GET", path, "");
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!answer.isGood()) {
      throw refused(answer);
    }
    return parsed(answer.body());
  }

  /** A request whose answer matters by its status alone. */
  void require(String method, String path, String body) throws DnsException, InterruptedException {
    Answer answer = ask(method, path, body);
    if (!answer.isGood()) {
      throw refused(answer);
    }
  }

  /** Takes a thing away, which may be gone already. */
  void delete(String path) throws DnsException, InterruptedException {
    Answer answer = ask("DELETE", path, "");
    if (!answer.isGood() && answer.status() != 404) {
      throw refused(answer);
    }
  }

  static String json(Map<String, ?> content) {
    return JSON.writeValueAsString(content);
  }

  private static Optional<JsonNode> parsed(String body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node instanceof MissingNode ? Optional.empty() : Optional.of(node);
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private HttpResponse<String> once(Request request) throws DnsException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.url())
            .timeout(limit)
            .method(
                request.method(),
                request.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()));
    builder.header("Accept", "application/json").header("User-Agent", "phalanx");
    if (!request.body().isEmpty()) {
      builder.header(
          "Content-Type", request.body().startsWith("<") ? "text/xml" : "application/json");
    }
    signing.headers(request, connection.time().instant()).forEach(builder::setHeader);
    CompletableFuture<HttpResponse<String>> asked =
        connection
            .http()
            .sendAsync(
                builder.build(), BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), MAX_ANSWER));
    try {
      // The client's own limit ends with the head of the answer.
      return asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw failed("no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failed(
          cause instanceof IOException && cause.getMessage() != null
              ? cause.getMessage()
              : cause.getClass().getSimpleName());
    } finally {
      asked.cancel(true);
    }
  }

  private DnsException failed(String reason) {
    return new DnsException(base.getHost() + ": " + shown(reason));
  }

  private static boolean isBusy(HttpResponse<String> answer) {
    return BUSY.contains(answer.statusCode())
        || (answer.statusCode() == 400
            && (answer.body().contains("<Code>Throttling</Code>")
                || answer.body().contains("<Code>PriorRequestNotComplete</Code>")));
  }

  /** In seconds or as a date (RFC 9110, section 10.2.3). */
  private Optional<Duration> retryAfter(HttpResponse<String> answer) {
    String text = answer.headers().firstValue("Retry-After").orElse("").strip();
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(connection.time().instant(), when);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  DnsException refused(Answer answer) {
    return new DnsException(words(answer));
  }

  private String words(Answer answer) {
    String said =
        parsed(answer.body()).map(ErrorWords::of).orElseGet(() -> ErrorWords.ofText(answer.body()));
    return base.getHost()
        + " answers "
        + answer.status()
        + (said.isBlank() ? "" : ": " + shown(said));
  }

  /** As it may stand in a log. */
  private String shown(String said) {
    String text = said;
    for (String secret : secrets) {
      text = text.replace(secret, "********");
    }
    text = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) + "..." : text;
  }
}
