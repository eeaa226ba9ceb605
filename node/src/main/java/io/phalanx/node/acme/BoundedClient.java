package io.phalanx.node.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * Has whole answers only: of a size, and within a time that counts for the body, too. The
 * platform's client bounds the time until the head is there.
 */
final class BoundedClient extends HttpClient {
  /** Bytes of an answer: a chain of certificates has some thousands. */
  static final long MAX_BYTES = 1 << 20;

  /** Of a problem document that the library reads itself. */
  private static final String RATE_LIMITED = "urn:ietf:params:acme:error:rateLimited";

  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private static final int MAX_SHOWN = 200;
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
  private static final Pattern UNSHOWN = Pattern.compile("[^\\x20-\\x7e]+");

  private final HttpClient client;
  private final Duration limit;
  private final InstantSource clock;

  /** A server says when it is to be asked again, and not in the way of ACME. */
  static final class BusyException extends IOException {
    private final transient Instant until;

    private BusyException(String message, Instant until) {
      super(message);
      this.until = until;
    }

    Instant until() {
      return until;
    }
  }

  BoundedClient(HttpClient client, Duration limit, InstantSource clock) {
    this.client = client;
    this.limit = limit;
    this.clock = clock;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      HttpResponse<byte[]> whole = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (whole.statusCode() == TOO_MANY || whole.statusCode() == UNAVAILABLE) {
        requireNow(whole);
      }
      return new Whole<>(whole, handler);
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("request timed out");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private void requireNow(HttpResponse<byte[]> answer) throws BusyException {
    String text = new String(answer.body(), US_ASCII);
    Optional<Instant> until = answer.headers().firstValue("Retry-After").flatMap(this::moment);
    if (until.isPresent() && !text.contains(RATE_LIMITED)) {
      String shown = UNSHOWN.matcher(text).replaceAll(" ");
      throw new BusyException(
          "HTTP "
              + answer.statusCode()
              + ", "
              + shown.substring(0, Math.min(shown.length(), MAX_SHOWN)),
          until.get());
    }
  }

  /** In seconds or as a date (RFC 9110, section 10.2.3). */
  private Optional<Instant> moment(String text) {
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(clock.instant().plusSeconds(Long.parseLong(text)));
    }
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    throw new UnsupportedOperationException("only send has bounds");
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.PushPromiseHandler<T> pushed) {
    throw new UnsupportedOperationException("only send has bounds");
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  /** An answer that is here, as somebody else wants its body. */
  private static final class Whole<T> implements HttpResponse<T> {
    private final HttpResponse<byte[]> answer;
    private final T body;

    Whole(HttpResponse<byte[]> answer, BodyHandler<T> handler) {
      this.answer = answer;
      this.body = body(answer, handler);
    }

    private static <T> T body(HttpResponse<byte[]> answer, BodyHandler<T> handler) {
      BodySubscriber<T> subscriber = handler.apply(new Head(answer));
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long count) {
              // It gets all that there is.
            }

            @Override
            public void cancel() {
              // There is nothing to end.
            }
          });
      if (answer.body().length > 0) {
        subscriber.onNext(List.of(ByteBuffer.wrap(answer.body()).asReadOnlyBuffer()));
      }
      subscriber.onComplete();
      return subscriber.getBody().toCompletableFuture().join();
    }

    private record Head(HttpResponse<byte[]> answer) implements ResponseInfo {
      @Override
      public int statusCode() {
        return answer.statusCode();
      }

      @Override
      public HttpHeaders headers() {
        return answer.headers();
      }

      @Override
      public Version version() {
        return answer.version();
      }
    }

    @Override
    public int statusCode() {
      return answer.statusCode();
    }

    @Override
    public HttpRequest request() {
      return answer.request();
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
      return answer.headers();
    }

    @Override
    public T body() {
      return body;
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return answer.sslSession();
    }

    @Override
    public URI uri() {
      return answer.uri();
    }

    @Override
    public Version version() {
      return answer.version();
    }
  }
}
