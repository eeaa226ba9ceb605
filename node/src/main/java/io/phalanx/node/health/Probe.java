package io.phalanx.node.health;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Hosts;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.providers.dynamic.HealthCheck;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One question and its answer, wherever the server leads to for it: as in Go's client, whose
 * redirects Traefik follows, ten steps at most, and with GET after all but 307 and 308. Everything
 * here happens on one I/O thread.
 */
final class Probe {
  private static final int MOST_REDIRECTS = 10;

  /** What Go's client keeps from other hosts. */
  private static final Set<HeaderName> CREDENTIALS =
      Set.of(
          HeaderName.of("Authorization"),
          HeaderName.of("Www-Authenticate"),
          HeaderName.of("Proxy-Authorization"),
          HeaderName.of("Proxy-Authenticate"),
          HeaderName.of("Cookie"),
          HeaderName.of("Cookie2"));

  private final Question question;
  private final Forwarder forwarder;
  private final IoThread thread;
  private final Consumer<Optional<String>> told;
  private Runnable callOff = () -> {};
  private ProbeExchange current;
  private Forwarder.Target target;
  private String method;
  private URI at;
  private int redirects;
  private boolean strayed;
  private boolean over;

  /**
   * @param told once, what is wrong
   */
  Probe(Question question, Forwarder forwarder, IoThread thread, Consumer<Optional<String>> told) {
    this.question = question;
    this.forwarder = forwarder;
    this.thread = thread;
    this.told = told;
    this.target = question.target();
    this.method = question.method();
    this.at = question.location();
    this.current = exchange(question.host());
  }

  Question question() {
    return question;
  }

  IoThread thread() {
    return thread;
  }

  void start() {
    callOff =
        thread.after(
            question.timeout(),
            () -> {
              tell(Optional.of("no answer within " + question.timeout().toMillis() + " ms"));
              current.abandon();
            });
    current.send(forwarder, target);
  }

  private ProbeExchange exchange(String host) {
    return new ProbeExchange(this, method, host, Question.target(at));
  }

  /** The head of an answer is there. */
  void answered(ResponseHead head) {
    int status = head.status();
    Optional<String> location = head.headers().first(HeaderName.LOCATION);
    if (question.followsRedirects() && isRedirect(status) && location.isPresent()) {
      follow(status, location.get());
      return;
    }
    boolean well =
        question.status() == 0 ? status >= 200 && status < 400 : status == question.status();
    tell(
        well
            ? Optional.empty()
            : Optional.of(
                "it answers with "
                    + status
                    + (question.status() == 0 ? "" : " instead of " + question.status())));
  }

  private static boolean isRedirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private void follow(int status, String location) {
    if (++redirects > MOST_REDIRECTS) {
      tell(Optional.of("it leads on more than " + MOST_REDIRECTS + " times"));
      return;
    }
    Optional<URI> next = next(location);
    if (next.isEmpty()) {
      tell(Optional.of("it leads to what is no URL of HTTP"));
      return;
    }
    at = next.get();
    if (status != 307 && status != 308 && !method.equals("HEAD")) {
      method = "GET";
    }
    String authority = at.getRawAuthority();
    boolean same =
        at.getScheme().equalsIgnoreCase(target.url().getScheme())
            && authority.equals(target.url().getRawAuthority());
    if (!same) {
      URI url = URI.create(at.getScheme().toLowerCase(Locale.ROOT) + "://" + authority);
      target = new Forwarder.Target(url, true, false, question.target().transport());
    }
    strayed |= leavesTheServer();
    current = exchange(same ? question.host() : authority);
    // Not in place: the exchange before is in the middle of its answer.
    thread.after(Duration.ZERO, this::sendNext);
  }

  /** Whether credentials for the server are not for where it leads: as in Go, and beyond TLS. */
  private boolean leavesTheServer() {
    URI first = question.target().url();
    String host = Hosts.canonical(first.getRawAuthority());
    String next = Hosts.canonical(at.getRawAuthority());
    boolean within = next.equals(host) || (next.endsWith('.' + host) && next.indexOf(':') < 0);
    return !within
        || (first.getScheme().equalsIgnoreCase("https")
            && !at.getScheme().equalsIgnoreCase("https"));
  }

  /** What is sent of the question's headers; credentials are not sent again once it strayed. */
  List<Question.Line> headers() {
    return strayed
        ? question.headers().stream().filter(line -> !CREDENTIALS.contains(line.name())).toList()
        : question.headers();
  }

  private void sendNext() {
    if (!over) {
      current.send(forwarder, target);
    }
  }

  private Optional<URI> next(String location) {
    try {
      URI next = at.resolve(new URI(location));
      boolean sendable =
          next.getScheme() != null
              && (next.getScheme().equalsIgnoreCase("http")
                  || next.getScheme().equalsIgnoreCase("https")
                  || next.getScheme().equalsIgnoreCase("h2c"))
              && forwarder.unsupported(next).isEmpty();
      return sendable ? Optional.of(next) : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  boolean isGrpc() {
    return question.mode() == HealthCheck.Mode.GRPC;
  }

  /** Says what is wrong, or that nothing is; only the first time counts. */
  void tell(Optional<String> trouble) {
    if (!over) {
      over = true;
      callOff.run();
      told.accept(trouble);
    }
  }

  /** Lets go of the connections that only redirects led to. */
  void done(Forwarder.Target used) {
    if (!used.url().equals(question.target().url())) {
      forwarder.forget(used);
    }
  }
}
