package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Update;

/**
 * Dynamic updates of a zone (RFC 2136) at its primary server, which are signed with a secret that
 * both know (RFC 8945). The server is also asked for the zone: it may be one that others do not
 * see.
 */
final class Rfc2136 implements DnsProvider {
  static final List<String> VARIABLES =
      List.of(
          "RFC2136_NAMESERVER",
          "RFC2136_TSIG_KEY",
          "RFC2136_TSIG_SECRET",
          "RFC2136_TSIG_ALGORITHM",
          "RFC2136_TSIG_FILE",
          "RFC2136_DNS_TIMEOUT");

  private static final Map<String, Name> ALGORITHMS =
      Map.of(
          "hmac-md5", TSIG.HMAC_MD5,
          "hmac-md5.sig-alg.reg.int", TSIG.HMAC_MD5,
          "hmac-sha1", TSIG.HMAC_SHA1,
          "hmac-sha224", TSIG.HMAC_SHA224,
          "hmac-sha256", TSIG.HMAC_SHA256,
          "hmac-sha384", TSIG.HMAC_SHA384,
          "hmac-sha512", TSIG.HMAC_SHA512);

  private static final int MAX_ATTEMPTS = 3;
  private static final long MAX_FILE = 1 << 14;
  private static final Pattern KEY_NAME = Pattern.compile("key\\s+\"?([^\"\\s{;]+)\"?\\s*\\{");
  private static final Pattern ALGORITHM = Pattern.compile("algorithm\\s+\"?([^\"\\s;]+)\"?\\s*;");
  private static final Pattern SECRET = Pattern.compile("secret\\s+\"?([^\"\\s;]+)\"?\\s*;");

  private final ServerAddress server;
  private final Optional<Key> key;
  private final long ttl;
  private final Duration limit;
  private final ZoneFinder zones;

  private record Key(Name name, Name algorithm, String secret) {
    Key {
      try {
        Base64.getDecoder().decode(secret);
      } catch (IllegalArgumentException _) {
        throw new IllegalArgumentException("the secret of the TSIG key is not in base64");
      }
    }

    static Key of(String name, String algorithm, String secret) {
      String plain = algorithm.toLowerCase(Locale.ROOT);
      Name known =
          ALGORITHMS.get(plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain);
      if (known == null) {
        throw new IllegalArgumentException(
            "RFC2136_TSIG_ALGORITHM is none of "
                + String.join(", ", ALGORITHMS.keySet().stream().sorted().toList()));
      }
      try {
        return new Key(
            Name.fromString(name.endsWith(".") ? name : name + '.').canonicalize(), known, secret);
      } catch (TextParseException _) {
        throw new IllegalArgumentException("RFC2136_TSIG_KEY is no name of a key");
      }
    }

    TSIG signing() {
      return new TSIG(algorithm, name, Base64.getDecoder().decode(secret));
    }

    @Override
    public String toString() {
      return name.toString();
    }
  }

  Rfc2136(DnsProviders.Parts parts) {
    Variables variables = parts.variables();
    this.server = ServerAddress.parse(variables.required("rfc2136", "RFC2136_NAMESERVER"));
    this.key = key(variables);
    this.ttl = parts.timing().ttl().toSeconds();
    this.limit =
        variables.seconds("RFC2136_DNS_TIMEOUT", Duration.ofSeconds(10), Duration.ofMinutes(1));
    this.zones = new Lookups(List.of(server), 0);
  }

  private static Optional<Key> key(Variables variables) {
    Optional<String> file = variables.optional("RFC2136_TSIG_FILE");
    if (file.isPresent()) {
      return Optional.of(read(file.get()));
    }
    Optional<String> name = variables.optional("RFC2136_TSIG_KEY");
    Optional<String> secret = variables.optional("RFC2136_TSIG_SECRET");
    if (name.isEmpty() && secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Key.of(
            variables.required("rfc2136", "RFC2136_TSIG_KEY"),
            variables.optional("RFC2136_TSIG_ALGORITHM").orElse("hmac-sha1"),
            variables.required("rfc2136", "RFC2136_TSIG_SECRET")));
  }

  /** A file as {@code tsig-keygen} writes it. */
  private static Key read(String path) {
    try {
      if (Files.size(Path.of(path)) > MAX_FILE) {
        throw new IllegalArgumentException("RFC2136_TSIG_FILE: " + path + " is too large");
      }
      String text = Files.readString(Path.of(path), UTF_8);
      return Key.of(
          part(KEY_NAME, text, path), part(ALGORITHM, text, path), part(SECRET, text, path));
    } catch (IOException | InvalidPathException e) {
      throw new MissingVariableException(
          "RFC2136_TSIG_FILE: " + path + " cannot be read (" + e.getClass().getSimpleName() + ')');
    }
  }

  private static String part(Pattern pattern, String text, String path) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          "RFC2136_TSIG_FILE: " + path + " is no key as tsig-keygen writes it");
    }
    return matcher.group(1);
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    var update = new Update(Lookups.absolute(zones.zone(record.name())));
    update.add(text(record, ttl));
    send(update);
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    var update = new Update(Lookups.absolute(zones.zone(record.name())));
    update.delete(text(record, 0));
    send(update);
  }

  private static TXTRecord text(ChallengeRecord record, long ttl) throws DnsException {
    return new TXTRecord(Lookups.absolute(record.name()), DClass.IN, ttl, record.value());
  }

  /** Asks again when a datagram may have been lost: an update that comes twice does no harm. */
  private Message answer(Update update, InetSocketAddress address)
      throws DnsException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      var over = new SimpleResolver(address);
      key.ifPresent(one -> over.setTSIGKey(one.signing()));
      try {
        return Lookups.ask(address, update, over, limit);
      } catch (DnsException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void send(Update update) throws DnsException, InterruptedException {
    InetSocketAddress address = server.resolved();
    Message answer = answer(update, address);
    if (answer.getRcode() != Rcode.NOERROR) {
      TSIGRecord signature = answer.getTSIG();
      boolean isOfKey = signature != null && signature.getError() != Rcode.NOERROR;
      throw new DnsException(
          "name server "
              + Lookups.shown(address)
              + " refuses the update: "
              + Rcode.string(answer.getRcode())
              + (isOfKey ? " (" + Rcode.TSIGstring(signature.getError()) + ')' : ""));
    }
    if (key.isPresent() && !answer.isVerified()) {
      throw new DnsException(
          "name server " + Lookups.shown(address) + " does not sign its answer with the key");
    }
  }
}
