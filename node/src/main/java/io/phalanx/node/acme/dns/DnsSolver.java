package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.http.HttpClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.xbill.DNS.ResolverConfig;

/**
 * Answers challenges by DNS with one provider. Credentials are read each time, so that a file may
 * get others. Calls wait for the provider and for name servers. Not used by several threads at
 * once, but for {@link #awaitSeen}.
 */
public final class DnsSolver implements AutoCloseable {
  private static final int DNS = 53;

  /** It becomes part of URLs and of commands. */
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_][a-z0-9_-]{0,62}(\\.[a-z0-9_][a-z0-9_-]{0,62}){0,126}");

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  private final DnsOptions options;
  private final ApiClient.Connection connection;
  private final List<ServerAddress> recursive;
  private final Lookups lookups;

  public DnsSolver(DnsOptions options, PassingTime time) {
    this(options, time, DNS);
  }

  /**
   * @param authoritativePort where the servers of zones listen
   */
  DnsSolver(DnsOptions options, PassingTime time, int authoritativePort) {
    this.options = options;
    this.connection =
        new ApiClient.Connection(
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build(),
            time);
    this.recursive = options.recursive().isEmpty() ? ofTheMachine() : options.recursive();
    this.lookups = new Lookups(recursive, authoritativePort);
  }

  private static List<ServerAddress> ofTheMachine() {
    // They may be others than when the process began.
    ResolverConfig.refresh();
    return ResolverConfig.getCurrentConfig().servers().stream()
        .map(server -> new ServerAddress(server.getHostString(), server.getPort()))
        .toList();
  }

  private DnsProvider provider() throws DnsException {
    try {
      return DnsProviders.open(options, connection, lookups);
    } catch (IllegalArgumentException e) {
      throw new DnsException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The record that answers a challenge. A CNAME of its name leads to where it is, perhaps in
   * another zone.
   *
   * @param domain without a star
   */
  public ChallengeRecord record(String domain, String token, String authorization)
      throws DnsException, InterruptedException {
    String usual = ChallengeRecord.PREFIX + domain.toLowerCase(Locale.ROOT);
    String name = followsCnames() ? lookups.canonical(usual) : usual;
    if (!NAME.matcher(name).matches()) {
      throw new DnsException(usual + " leads to a name that cannot be used: \"" + name + '"');
    }
    return new ChallengeRecord(domain, token, authorization, name, digest(authorization));
  }

  private boolean followsCnames() throws DnsException {
    try {
      return !options.variables().flag(DnsProviders.NO_CNAMES, false);
    } catch (IllegalArgumentException e) {
      throw new DnsException(String.valueOf(e.getMessage()));
    }
  }

  private static String digest(String authorization) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(authorization.getBytes(US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    provider().add(record);
  }

  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    provider().remove(record);
  }

  /**
   * Returns when name servers show the records, as far as the options want that.
   *
   * @throws DnsException if they do not within the provider's time
   */
  public void awaitSeen(List<ChallengeRecord> records) throws DnsException, InterruptedException {
    Timing timing;
    try {
      timing = DnsProviders.timing(options);
    } catch (IllegalArgumentException e) {
      throw new DnsException(String.valueOf(e.getMessage()));
    }
    new Propagation(options, lookups, recursive, connection.time()).await(records, timing);
  }

  @Override
  public void close() {
    connection.http().shutdownNow();
  }
}
