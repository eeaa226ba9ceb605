package io.phalanx.node.middleware;

import io.phalanx.node.attempt.Aside;
import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.BodyReading;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.attempt.KeptBody;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.HeldBody;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.exchange.WholeBody;
import io.phalanx.node.filter.CollectedBody;
import io.phalanx.providers.dynamic.AccessOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code forwardAuth}: asks a server about each request, with its head and, if wanted, its body. If
 * that answers 2xx the request goes on, with headers that the server gave; any other answer is the
 * client's. Without an answer within 30 s, or any, 500. The server is asked like any other, by the
 * engine that forwards, on the request's own I/O thread; nothing of an answer is kept, unless
 * {@code maxResponseBodySize} asks for it.
 */
public final class ForwardAuth implements Middleware, Enclosure {
  public static final MiddlewareType<AccessOptions.ForwardAuth> TYPE =
      new MiddlewareType<>("forwardAuth", AccessOptions.ForwardAuth.class, ForwardAuth::new);

  private static final Logger LOG = LoggerFactory.getLogger(ForwardAuth.class);
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Answer TOO_LARGE = Answer.empty(401);
  private static final Answer NOBODY_ASKED = Answer.empty(500);

  private final String name;
  private final AccessOptions.ForwardAuth options;
  private final URI address;
  private final Forwarder forwarder;
  private final Forwarder.Target target;
  private final AuthHead head;
  private final AuthEdits edits;
  private final Optional<String> signIn;
  private final MemoryBound bodies;
  private final Verdict verdict = new Verdict.Enclose(this);

  ForwardAuth(AccessOptions.ForwardAuth options, MiddlewareContext context) {
    this.name = context.name();
    this.options = options;
    this.forwarder = context.parts().forwarder();
    this.address = address(options.address());
    this.target =
        new Forwarder.Target(
            address,
            false,
            false,
            context.parts().transports().build(AuthTransport.options(options.tls())));
    this.head =
        new AuthHead(
            address,
            AuthHead.Trust.of(options.trustForwardHeader()),
            options.authRequestHeaders(),
            options.preserveRequestMethod());
    this.signIn =
        options
            .authSigninURL()
            .filter(url -> !url.isEmpty())
            .map(url -> HeaderText.of("authSigninURL", url));
    this.edits = new AuthEdits(options);
    this.bodies = context.bodies();
  }

  private URI address(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("address is required");
    }
    URI url;
    try {
      url = new URI(text.strip());
    } catch (URISyntaxException _) {
      // Its message repeats the text.
      throw refused(text, " is no URL");
    }
    if (url.getScheme() == null || url.getRawAuthority() == null) {
      throw refused(text, " is no URL with scheme and host");
    }
    if (url.getRawAuthority().indexOf('@') >= 0) {
      throw refused(text, ": user information in it is not supported");
    }
    Optional<String> reason = forwarder.unsupported(url);
    if (reason.isPresent()) {
      throw refused(text, ": " + reason.get());
    }
    return url;
  }

  /** Repeats the address, but not what may be a password in it. */
  private static IllegalArgumentException refused(String text, String reason) {
    String shown = text.replaceFirst("(?s)^([A-Za-z]+://)?.*@", "$1...@");
    return new IllegalArgumentException("address \"" + shown + '"' + reason);
  }

  @Override
  public Set<Forwarder.Target> targets() {
    return Set.of(target);
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    return verdict;
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    exchange.suspend();
    new Asking(exchange, behind).start();
  }

  /** One request. */
  private final class Asking implements Aside.Asker {
    private final Exchange exchange;
    private final ExchangeHandler behind;
    private Optional<KeptBody> kept = Optional.empty();
    private @Nullable Aside aside;
    private boolean relaying;

    Asking(Exchange exchange, ExchangeHandler behind) {
      this.exchange = exchange;
      this.behind = behind;
    }

    void start() {
      BodySource body = exchange.requestBody();
      long most = options.maxBodySize();
      if (!options.forwardBody() || body.length() == 0) {
        ask(HeldBody.none());
      } else if (most >= 0 && body.length() > most) {
        exchange.respond(TOO_LARGE);
      } else {
        var keeping = new KeptBody(body, most, bodies);
        kept = Optional.of(keeping);
        exchange.whenOver(keeping::release);
        new BodyReading(exchange, keeping, () -> ask(keeping.fromTheBeginning()), TOO_LARGE).read();
      }
    }

    private void ask(BodySource body) {
      var asked = new Aside(exchange, head.of(exchange.request()), body, this);
      aside = asked;
      asked.send(inner -> forwarder.forward(inner, target), LONGEST);
    }

    private Aside asked() {
      return Objects.requireNonNull(aside);
    }

    @Override
    public BodySink answered(ResponseHead answer, long length) {
      long most = options.maxResponseBodySize().orElse(-1L);
      if (most >= 0 && length > most) {
        return instead(() -> exchange.respond(TOO_LARGE));
      }
      if (most < 0 || length >= 0) {
        return isConsent(answer) ? instead(goOn(answer)) : refused(answer, length);
      }
      return collected(answer, most);
    }

    private static boolean isConsent(ResponseHead answer) {
      return answer.status() / 100 == 2;
    }

    /** Nobody needs the body of the answer. */
    private BodySink instead(Runnable then) {
      BodySink discarded = asked().discard();
      soon(then);
      return discarded;
    }

    private void soon(Runnable then) {
      Runnable callOff =
          exchange
              .ioThread()
              .after(
                  Duration.ZERO,
                  () -> {
                    try {
                      then.run();
                    } catch (RuntimeException | Error e) {
                      exchange.fail(Failure.unforeseen(e));
                    }
                  });
      exchange.whenAbandoned(callOff);
    }

    private Runnable goOn(ResponseHead answer) {
      Headers consent = HeaderLines.copyOf(answer.headers());
      return () -> {
        edits.edit(exchange.request(), consent);
        edits.cookies(consent).ifPresent(exchange::addResponseStep);
        if (kept.isPresent()) {
          new Attempt(exchange, exchange.request(), kept.get().fromTheBeginning(), Judge.TAKES_ALL)
              .start(behind);
        } else {
          behind.handle(exchange);
        }
      };
    }

    private BodySink refused(ResponseHead answer, long length) {
      if (answer.status() == 401 && signIn.isPresent()) {
        return instead(() -> exchange.respond(signIn(signIn.get())));
      }
      relaying = true;
      fill(answer);
      return exchange.startResponse(length);
    }

    private static Answer signIn(String url) {
      return Answer.text(302, "Found", new Answer.Field(HeaderName.LOCATION, url));
    }

    private void fill(ResponseHead answer) {
      ResponseHead own = exchange.response();
      own.status(answer.status());
      answer.headers().forEach((line, value) -> own.headers().add(HeaderName.of(line), value));
      if (answer.status() == 304) {
        // What the client has is described already (RFC 9110, section 15.4.5).
        own.headers().remove(CONTENT_TYPE);
      }
      if (!options.preserveLocationHeader()) {
        answer
            .headers()
            .first(HeaderName.LOCATION)
            .ifPresent(
                to -> own.headers().set(HeaderName.LOCATION, AuthLocation.completed(address, to)));
      }
    }

    /** It is not known yet whether it is too long. */
    private BodySink collected(ResponseHead answer, long most) {
      MemoryBound.Share memory = bodies.share(0);
      exchange.whenOver(memory::close);
      return new CollectedBody(
          most,
          memory,
          new CollectedBody.Taker() {
            @Override
            public void whole(byte[] body) {
              asked().end();
              soon(isConsent(answer) ? goOn(answer) : () -> relay(answer, body));
            }

            @Override
            public void tooLong() {
              asked().end();
              soon(() -> exchange.respond(TOO_LARGE));
            }

            @Override
            public void noRoom() {
              asked().end();
              soon(
                  () ->
                      exchange.fail(
                          new Failure.NoRoom("there is no room for an auth server's answer")));
            }
          });
    }

    private void relay(ResponseHead answer, byte[] body) {
      if (answer.status() == 401 && signIn.isPresent()) {
        exchange.respond(signIn(signIn.get()));
        return;
      }
      fill(answer);
      BodySink to = exchange.startResponse(body.length);
      new WholeBody(
              to,
              ByteBuffer.wrap(body),
              e -> exchange.fail(new Failure.ClientFault(499, "the client takes no answer: " + e)))
          .run();
    }

    @Override
    public void failed(Failure failure) {
      if (relaying) {
        exchange.fail(failure);
        return;
      }
      switch (failure) {
        case Failure.UpstreamFault _, Failure.NoServer _ -> {
          LOG.debug("{}: nobody answers: {}", name, failure.reason());
          exchange.trail().failed(failure);
          exchange.respond(NOBODY_ASKED);
        }
        case Failure.ClientFault _, Failure.NoRoom _, Failure.NodeFault _ -> exchange.fail(failure);
      }
    }
  }
}
