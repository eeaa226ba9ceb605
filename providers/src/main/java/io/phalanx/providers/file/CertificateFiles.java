package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.Credentials;
import io.phalanx.providers.pem.PemException;
import io.phalanx.providers.pem.PemText;
import io.phalanx.providers.pem.Validity;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the content of certificate and key files in the place of their names: a configuration is
 * served by nodes that do not have the files. A pair that cannot be used is named; if it could be
 * used before, that stays, because a renewal writes one file after the other. If not, and its
 * certificate can be read, it is published as it is: those who serve leave it out, and know for
 * which routers it were. So do authorities that vouch for clients; those that never could be used
 * stay a name, which whoever serves refuses. Used by one thread.
 */
final class CertificateFiles {
  private static final String BEGIN = "-----BEGIN ";
  private static final long MAX_BYTES = 1 << 20;

  /** As it is written in a configuration. */
  private record Names(String certificate, Secret key) {}

  private record Texts(String certificate, Secret key) {
    Texts {
      certificate = PemText.withoutKeys(certificate);
    }
  }

  /** What can be read, perhaps not yet or no more to be used. */
  private record Pair(Texts texts, X509Certificate certificate) {}

  private final InstantSource clock;
  private final Map<Names, Pair> good = new HashMap<>();
  private final Set<Names> used = new HashSet<>();
  private final Map<String, String> goodAuthorities = new HashMap<>();
  private final Set<String> usedAuthorities = new HashSet<>();
  private final Set<Path> directories = new HashSet<>();

  CertificateFiles(InstantSource clock) {
    this.clock = clock;
  }

  /** Begins a reading of all files. */
  void begin() {
    used.clear();
    usedAuthorities.clear();
    directories.clear();
  }

  /** Forgets what the reading that ends did not use. */
  void end() {
    good.keySet().retainAll(used);
    goodAuthorities.keySet().retainAll(usedAuthorities);
  }

  /** Where the files of this reading lie. */
  Set<Path> directories() {
    return Set.copyOf(directories);
  }

  /**
   * @param source the file that {@code config} came from
   */
  DynamicConfig withContents(Path source, DynamicConfig config, List<Problem> problems) {
    Tls tls = config.tls();
    if (tls.equals(Tls.EMPTY)) {
      return config;
    }
    var certificates = new ArrayList<Tls.Certificate>();
    for (int i = 0; i < tls.certificates().size(); i++) {
      Tls.Certificate certificate = tls.certificates().get(i);
      texts(
              source,
              "tls.certificates[" + i + ']',
              new Names(certificate.certFile(), certificate.keyFile()),
              problems)
          .ifPresent(
              texts ->
                  certificates.add(
                      new Tls.Certificate(texts.certificate(), texts.key(), certificate.stores())));
    }
    var stores = new LinkedHashMap<String, Tls.Store>();
    tls.stores()
        .forEach((name, store) -> stores.put(name, withContents(source, name, store, problems)));
    var options = new LinkedHashMap<String, Tls.Options>();
    tls.options()
        .forEach((name, each) -> options.put(name, withContents(source, name, each, problems)));
    return config.with(new Tls(certificates, options, stores));
  }

  private Tls.Options withContents(
      Path source, String name, Tls.Options options, List<Problem> problems) {
    if (options.equals(Tls.Options.REFUSING) || options.clientAuth().isEmpty()) {
      return options;
    }
    Tls.ClientAuth clients = options.clientAuth().get();
    var texts = new ArrayList<String>();
    for (int i = 0; i < clients.caFiles().size(); i++) {
      String path = "tls.options." + name + ".clientAuth.caFiles[" + i + ']';
      texts.add(authorities(source, path, clients.caFiles().get(i), problems));
    }
    return options.with(new Tls.ClientAuth(texts, clients.clientAuthType()));
  }

  private String authorities(Path source, String path, String given, List<Problem> problems) {
    usedAuthorities.add(given);
    Optional<String> before = Optional.ofNullable(goodAuthorities.get(given));
    try {
      String now = PemText.withoutKeys(content("caFiles", given));
      if (before.filter(now::equals).isEmpty()) {
        checkAuthorities(given, now);
        goodAuthorities.put(given, now);
      }
      return now;
    } catch (IOException e) {
      if (before.isPresent()) {
        problems.add(
            new Problem(source.toString(), 0, path, e.getMessage() + "; the last ones stay"));
      }
      return before.orElse(given);
    }
  }

  private static void checkAuthorities(String given, String text) throws IOException {
    try {
      Credentials.certificates(text);
    } catch (PemException e) {
      throw new IOException(shown(given) + ": " + e.getMessage(), e);
    }
  }

  private Tls.Store withContents(
      Path source, String name, Tls.Store store, List<Problem> problems) {
    return new Tls.Store(
        store
            .defaultCertificate()
            .flatMap(
                given ->
                    texts(
                        source,
                        "tls.stores." + name + ".defaultCertificate",
                        new Names(given.certFile(), given.keyFile()),
                        problems))
            .map(texts -> new Tls.DefaultCertificate(texts.certificate(), texts.key())),
        store.defaultGeneratedCert());
  }

  private Optional<Texts> texts(Path source, String path, Names names, List<Problem> problems) {
    used.add(names);
    Optional<Pair> before = Optional.ofNullable(good.get(names));
    Optional<Texts> flawed = Optional.empty();
    try {
      String certificate = content("certFile", names.certificate());
      flawed = Optional.of(new Texts(certificate, names.key()));
      var now = new Texts(certificate, new Secret(content("keyFile", names.key().value())));
      flawed = Optional.of(now);
      if (before.filter(pair -> pair.texts().equals(now)).isEmpty()) {
        good.put(names, checked(names, now));
      }
    } catch (IOException e) {
      String kept = before.isPresent() ? "; the last one that could be used stays" : "";
      problems.add(new Problem(source.toString(), 0, path, e.getMessage() + kept));
    }
    Optional<Pair> pair = Optional.ofNullable(good.get(names));
    pair.flatMap(one -> Validity.flaw(one.certificate(), clock.instant()))
        .ifPresent(
            flaw ->
                problems.add(
                    new Problem(
                        source.toString(), 0, path, shown(names.certificate()) + ": it " + flaw)));
    return pair.isPresent()
        ? pair.map(Pair::texts)
        : flawed.filter(texts -> holdsCertificate(texts.certificate()));
  }

  private static boolean holdsCertificate(String text) {
    try {
      return !Credentials.certificates(text).isEmpty();
    } catch (PemException _) {
      return false;
    }
  }

  private static Pair checked(Names names, Texts texts) throws IOException {
    try {
      var credentials = Credentials.parse(texts.certificate(), texts.key().value());
      return new Pair(texts, credentials.certificate());
    } catch (PemException e) {
      throw new IOException(shown(names.certificate()) + ": " + e.getMessage(), e);
    }
  }

  /** A file's name; a text is not shown. */
  private static String shown(String fileOrText) {
    return fileOrText.contains(BEGIN) ? "the certificate" : fileOrText;
  }

  private String content(String option, String fileOrText) throws IOException {
    if (fileOrText.contains(BEGIN)) {
      return fileOrText;
    }
    try {
      Path file = Path.of(fileOrText).toAbsolutePath().normalize();
      Optional.ofNullable(file.getParent()).ifPresent(directories::add);
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(option + ' ' + file + " is larger than " + MAX_BYTES + " bytes");
      }
      if (!Files.isRegularFile(file)) {
        throw new IOException(option + ' ' + fileOrText + " is no file");
      }
      return Files.readString(file);
    } catch (InvalidPathException _) {
      throw new IOException(option + " is neither the name of a file nor PEM text");
    } catch (NoSuchFileException _) {
      throw new IOException(option + ' ' + fileOrText + ": there is no such file");
    } catch (AccessDeniedException _) {
      throw new IOException(option + ' ' + fileOrText + " cannot be read: permission denied");
    } catch (CharacterCodingException _) {
      throw new IOException(option + ' ' + fileOrText + " is not PEM text");
    }
  }
}
