package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.key.Signing;
import io.phalanx.node.digest.DigestCredentials;
import io.phalanx.node.digest.Nonces;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.Paths;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.AccessOptions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code digestAuth}: lets pass who knows a user's password and shows it without sending it (RFC
 * 7616, with MD5, as Traefik); others get 401 and a challenge. Any member of the fleet knows the
 * nonces of all. Without users everyone is refused, as in Traefik.
 */
public final class DigestAuth implements Middleware {
  public static final MiddlewareType<AccessOptions.DigestAuth> TYPE =
      new MiddlewareType<>(
          "digestAuth",
          AccessOptions.DigestAuth.class,
          (options, context) -> new DigestAuth(options, context, InstantSource.system()));

  private static final int PARTS = 3;
  private static final String PURPOSE = "digest nonce";
  private static final int BYTES_OF_OPAQUE = 12;
  private static final String NOBODYS = "0".repeat(32);

  /** By name and realm, as {@code name:realm}. */
  private final Map<String, String> users = new HashMap<>();

  private final String realm;
  private final Nonces nonces;
  private final KnownUser knownUser;
  private final String challengeStart;
  private final String challengeEnd;

  DigestAuth(AccessOptions.DigestAuth options, MiddlewareContext context, InstantSource clock) {
    for (UserEntries.Entry entry : UserEntries.all(options.users(), options.usersFile(), PARTS)) {
      users.put(entry.part(0) + ':' + entry.part(1), entry.part(2).toLowerCase(Locale.ROOT));
    }
    this.realm = HeaderText.of("realm", options.realm());
    this.knownUser = new KnownUser(options.headerField(), options.removeHeader());
    Signing signing = signing(context);
    this.nonces = new Nonces(signing, clock);
    this.challengeStart =
        "Digest realm=" + KnownUser.quoted("realm", options.realm()) + ", nonce=\"";
    this.challengeEnd = "\", opaque=\"" + opaque(signing) + "\", algorithm=\"MD5\", qop=\"auth\"";
  }

  private static Signing signing(MiddlewareContext context) {
    try {
      return context.parts().keys().signing(PURPOSE);
    } catch (IOException e) {
      throw new IllegalArgumentException("there is no key to sign with: " + e.getMessage(), e);
    }
  }

  /** Says nothing; clients send it back. */
  private String opaque(Signing signing) {
    byte[] of = signing.signatures(realm.getBytes(ISO_8859_1)).getFirst();
    return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(of, BYTES_OF_OPAQUE));
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    Optional<DigestCredentials> given =
        DigestCredentials.parse(request.headers().first(KnownUser.AUTHORIZATION).orElse(""));
    if (given.isEmpty()) {
      return challenge("");
    }
    DigestCredentials credentials = given.get();
    request.user(new String(credentials.name().getBytes(ISO_8859_1), UTF_8));
    String key = credentials.name() + ':' + realm;
    boolean right =
        credentials.isAnsweredBy(users.getOrDefault(key, NOBODYS), request.method())
            && users.containsKey(key)
            && isAsked(credentials.uri(), request);
    if (!right) {
      return challenge("");
    }
    return switch (nonces.use(credentials.nonce(), credentials.count())) {
      case FIRST -> knownUser.enter(credentials.name());
      case STALE -> challenge(", stale=true");
    };
  }

  private Verdict challenge(String remark) {
    return KnownUser.refused(challengeStart + nonces.next() + challengeEnd + remark);
  }

  /**
   * Whether the client means this request, and not another one with the same response: the target
   * as the client sent it, as the entry point made it of that, or as it is now.
   */
  private static boolean isAsked(String uri, RequestHead request) {
    return isSame(uri, request.sentTarget())
        || isSame(uri, request.firstTarget())
        || isSame(uri, request.target());
  }

  /** Whether both are one target, be it spelt another way. */
  private static boolean isSame(String uri, String target) {
    if (uri.equals(target)) {
      return true;
    }
    int mark = uri.indexOf('?');
    int targetMark = target.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    String targetPath = targetMark < 0 ? target : target.substring(0, targetMark);
    return uri.substring(path.length()).equals(target.substring(targetPath.length()))
        && PathEncoding.isWellFormed(path)
        && isSamePath(Paths.routing(path), Paths.routing(targetPath));
  }

  /** Beyond ASCII different bytes may have the same characters. */
  private static boolean isSamePath(String path, String other) {
    return path.equals(other) && path.chars().allMatch(c -> c < 0x80);
  }
}
