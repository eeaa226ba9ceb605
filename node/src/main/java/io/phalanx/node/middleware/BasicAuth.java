package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.password.PasswordChecks;
import io.phalanx.node.password.PasswordHash;
import io.phalanx.providers.dynamic.AccessOptions;
import io.phalanx.providers.tree.Secret;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code basicAuth}: lets pass who names a user and its password (RFC 7617); others get 401 and a
 * challenge. Passwords are compared on threads of their own; while too many wait for that, 503. A
 * name that nobody has costs what the costliest user does, so that time does not tell who is one.
 */
public final class BasicAuth implements Middleware {
  public static final MiddlewareType<AccessOptions.BasicAuth> TYPE =
      new MiddlewareType<>("basicAuth", AccessOptions.BasicAuth.class, BasicAuth::new);

  private static final String SCHEME = "basic ";
  private static final int PARTS = 2;
  private static final Verdict BUSY =
      new Verdict.Respond(
          Answer.text(503, "Service Unavailable", new Answer.Field(HeaderName.RETRY_AFTER, "1")));

  private final Map<String, PasswordHash> users;
  private final PasswordHash nobodys;
  private final KnownUser knownUser;
  private final PasswordChecks passwords;
  private final Verdict refused;

  /**
   * What a client sent.
   *
   * @param name its bytes in UTF-8, one character each, as configured names are kept
   * @param password the same of it
   */
  private record Credentials(String name, Secret password) {}

  BasicAuth(AccessOptions.BasicAuth options, MiddlewareContext context) {
    this.users = users(UserEntries.all(options.users(), options.usersFile(), PARTS));
    if (users.isEmpty()) {
      throw new IllegalArgumentException("users has no entry, and neither has usersFile");
    }
    this.nobodys =
        users.values().stream()
            .max(Comparator.comparingLong(PasswordHash::cost))
            .orElseThrow()
            .ofNobody();
    this.knownUser = new KnownUser(options.headerField(), options.removeHeader());
    this.passwords = context.parts().passwords();
    this.refused = KnownUser.refused("Basic realm=" + KnownUser.quoted("realm", options.realm()));
  }

  private static Map<String, PasswordHash> users(List<UserEntries.Entry> entries) {
    var users = new HashMap<String, PasswordHash>();
    for (UserEntries.Entry entry : entries) {
      try {
        users.put(entry.part(0), PasswordHash.of(entry.part(1)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(entry.place() + ": " + e.getMessage(), e);
      }
    }
    return Map.copyOf(users);
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    Optional<Credentials> given = credentials(request);
    if (given.isEmpty()) {
      return refused;
    }
    Credentials credentials = given.get();
    request.user(new String(credentials.name().getBytes(ISO_8859_1), UTF_8));
    CompletableFuture<PasswordChecks.Outcome> outcome =
        passwords
            .check(
                request.peer().text(),
                users.getOrDefault(credentials.name(), nobodys),
                credentials.password().value().getBytes(ISO_8859_1))
            .toCompletableFuture();
    return outcome.isDone()
        ? decide(outcome.join(), credentials.name())
        : new Verdict.Wait(outcome.thenApply(decided -> decide(decided, credentials.name())));
  }

  private Verdict decide(PasswordChecks.Outcome outcome, String name) {
    return switch (outcome) {
      case RIGHT -> users.containsKey(name) ? knownUser.enter(name) : refused;
      case WRONG -> refused;
      case BUSY -> BUSY;
    };
  }

  /** Of several lines the first counts, as in Traefik. */
  private static Optional<Credentials> credentials(RequestHead request) {
    String line = request.headers().first(KnownUser.AUTHORIZATION).orElse("");
    if (!line.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    try {
      byte[] both = Base64.getDecoder().decode(line.substring(SCHEME.length()).strip());
      String text = new String(both, ISO_8859_1);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new Credentials(text.substring(0, colon), new Secret(text.substring(colon + 1))));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
