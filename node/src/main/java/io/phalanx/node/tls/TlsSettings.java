package io.phalanx.node.tls;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.PemException;
import io.phalanx.providers.pem.Validity;
import io.phalanx.providers.tree.DidYouMean;
import io.phalanx.providers.tree.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The certificates and options of all providers, shared by all entry points. */
public final class TlsSettings {
  private final CertificateIndex index;
  private final IssuedCertificates issued;
  private final InstantSource clock;
  private final List<ServerCertificate> certificates;
  private final List<ServerCertificate> served;
  private final List<CertificateNeed> needs;
  private final Supplier<ServerCertificate> fallback;
  private final NamesOnDemand demand;
  private final Map<String, Optional<TlsTerms>> terms;
  private final List<Problem> problems;
  private final Map<Problem, Set<String>> affected;

  private TlsSettings(Reading reading) {
    this.index = reading.known.index(reading.certificates, reading.clock);
    this.issued = reading.issued;
    this.clock = reading.clock;
    this.served = List.copyOf(reading.certificates);
    this.needs = List.copyOf(reading.needs);
    this.fallback = reading.fallback;
    this.demand = reading.demand;
    this.certificates = List.copyOf(reading.all);
    this.terms = Map.copyOf(reading.terms);
    this.problems = List.copyOf(reading.problems);
    this.affected = Map.copyOf(reading.affected);
  }

  /** What one provider says. */
  public record Source(String provider, Tls tls) {}

  /**
   * @param others what is served beside what the providers give
   */
  public static TlsSettings read(List<Source> sources, CertificateSources others) {
    return read(sources, others, new CertificateCache());
  }

  /**
   * @param known certificates of earlier settings, whose sessions go on
   */
  public static TlsSettings read(
      List<Source> sources, CertificateSources others, CertificateCache known) {
    var reading = new Reading(others, known);
    sources.forEach(reading::certificates);
    sources.forEach(reading::options);
    reading.standardOptions();
    known.retain(reading.all);
    return new TlsSettings(reading);
  }

  private static final class Reading {
    private final CertificateCache known;
    private final List<ServerCertificate> certificates = new ArrayList<>();
    private final List<ServerCertificate> all = new ArrayList<>();
    private final Map<String, Optional<TlsTerms>> terms = new HashMap<>();
    private final Set<String> withFallback = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Problem, Set<String>> affected = new HashMap<>();
    private final IssuedCertificates issued;
    private final WantedNames wanted;
    private final TlsEngines engines;
    private final NamesOnDemand demand;
    private final InstantSource clock;
    private final List<CertificateNeed> needs = new ArrayList<>();
    private Supplier<ServerCertificate> fallback;

    Reading(CertificateSources others, CertificateCache known) {
      this.fallback = others.fallback();
      this.issued = others.issued();
      this.wanted = others.wanted();
      this.engines = others.engines();
      this.demand = others.demand();
      this.clock = others.clock();
      this.known = known;
    }

    private void report(String provider, String path, String message) {
      problems.add(new Problem(provider, 0, path, message));
    }

    /** The same of a certificate with these names. */
    private void report(String provider, String path, String message, Set<String> names) {
      report(provider, path, message);
      affected.put(problems.getLast(), names);
    }

    void certificates(Source source) {
      Tls tls = source.tls();
      for (Tls.Certificate given : tls.certificates()) {
        // Their numbers are not those of a file: several are one here, without what is left out.
        Optional<ServerCertificate> read =
            certificate(source.provider(), "tls.certificates", given.certFile(), given.keyFile());
        read.ifPresent(all::add);
        read.filter(_ -> given.isServed()).ifPresent(certificates::add);
      }
      Tls.Store store = tls.stores().get(Tls.DEFAULT);
      if (store != null) {
        defaultStore(source.provider(), store);
      }
    }

    private void defaultStore(String provider, Tls.Store store) {
      String path = "tls.stores.default";
      store
          .defaultCertificate()
          .flatMap(
              given ->
                  certificate(
                      provider, path + ".defaultCertificate", given.certFile(), given.keyFile()))
          .ifPresent(
              certificate -> {
                if (withFallback.isEmpty()) {
                  fallback = () -> certificate;
                  all.add(certificate);
                } else {
                  report(provider, path, "provider " + withFallback + " has one, which counts");
                }
                withFallback.add(provider);
              });
      store
          .defaultGeneratedCert()
          .ifPresent(given -> generated(provider, path + ".defaultGeneratedCert", given));
    }

    /** One that is given counts before one that is to be issued, as in Traefik. */
    private void generated(String provider, String path, Tls.GeneratedCertificate given) {
      if (!withFallback.isEmpty()) {
        return;
      }
      if (given.resolver().isEmpty()) {
        report(provider, path, "names no resolver; the default certificate is shown");
        return;
      }
      WantedNames.Result result =
          wanted.of(given.resolver().get(), given.domain().stream().toList());
      result.remarks().forEach(remark -> report(provider, path, remark));
      needs.addAll(result.needs());
      result.needs().stream()
          .findFirst()
          .ifPresent(
              need -> {
                String name = need.names().getFirst();
                Supplier<ServerCertificate> before = fallback;
                fallback = () -> issued.exact(name).orElseGet(before);
              });
    }

    private Optional<ServerCertificate> certificate(
        String provider, String path, String certificate, Secret key) {
      try {
        ServerCertificate read = known.get(certificate, key);
        Validity.flaw(read.certificate(), clock.instant())
            .ifPresent(
                flaw ->
                    report(
                        provider,
                        path,
                        "the certificate for " + String.join(", ", read.names()) + ' ' + flaw,
                        read.names()));
        return Optional.of(read);
      } catch (PemException e) {
        Set<String> names = ServerCertificate.names(certificate);
        String of = names.isEmpty() ? "" : " for " + String.join(", ", names);
        report(provider, path, "the certificate" + of + " is left out: " + e.getMessage(), names);
        return Optional.empty();
      }
    }

    void options(Source source) {
      source
          .tls()
          .options()
          .forEach(
              (name, options) -> {
                String path = "tls.options." + name;
                boolean isDefault = name.equals(Tls.DEFAULT);
                TermsReader.Result result = TermsReader.read(options, engines);
                result.remarks().forEach(remark -> report(source.provider(), path, remark));
                Optional<TlsTerms> before =
                    terms.put(isDefault ? name : name + '@' + source.provider(), result.terms());
                if (isDefault && before != null) {
                  // Nobody knows whose are meant, and either could be the stricter ones.
                  terms.put(name, Optional.empty());
                  report(
                      source.provider(),
                      path,
                      "another provider defines the default options, too; none of them counts, and"
                          + " handshakes that need them are refused");
                }
              });
    }

    void standardOptions() {
      terms.computeIfAbsent(
          Tls.DEFAULT, _ -> TermsReader.read(Tls.Options.STANDARD, engines).terms());
    }
  }

  /** Why routers with these options cannot be served; empty if they can. */
  public Optional<String> refusal(String options) {
    Optional<TlsTerms> known = terms.get(options);
    if (known == null) {
      return Optional.of(
          "there are no TLS options \""
              + options
              + '"'
              + DidYouMean.among(options, terms.keySet()));
    }
    return known.isPresent()
        ? Optional.empty()
        : Optional.of("the TLS options \"" + options + "\" cannot be used");
  }

  /** Options by their qualified name; empty if there are none, or none that can be used. */
  Optional<TlsTerms> terms(String options) {
    return terms.getOrDefault(options, Optional.empty());
  }

  /**
   * The certificate with this very name, or with a wildcard for its first label; one that is given
   * before one that was issued. One that has expired, or is not valid yet, is found only if there
   * is no other.
   *
   * @param name a host or an address, in lower case
   */
  Optional<ServerCertificate> find(String name) {
    Instant now = clock.instant();
    Optional<ServerCertificate> exact = index.exact(name);
    Optional<ServerCertificate> issuedExact = issued.exact(name);
    Optional<ServerCertificate> wildcard = index.wildcard(name);
    Optional<ServerCertificate> issuedWildcard = issued.wildcard(name);
    return Stream.of(exact, issuedExact, wildcard, issuedWildcard)
        .flatMap(Optional::stream)
        .filter(one -> one.isValid(now))
        .findFirst()
        .or(() -> issuedExact)
        .or(() -> exact)
        .or(() -> issuedWildcard)
        .or(() -> wildcard);
  }

  /** What an authority is shown that looks for its challenge; empty if there is none. */
  Optional<ServerCertificate> validation(String serverName) {
    return issued.validation(serverName);
  }

  /** What the stores want of certificate resolvers. */
  public List<CertificateNeed> needs() {
    return needs;
  }

  /** Those that were given and are served by their names. */
  public List<ServerCertificate> served() {
    return served;
  }

  /** Who is told of names whose certificates are ordered on demand. */
  public NamesOnDemand demand() {
    return demand;
  }

  /** What is shown now where no other certificate fits. */
  public ServerCertificate fallback() {
    return fallback.get();
  }

  /** All certificates that were given, served or not, with the default one. */
  public List<ServerCertificate> certificates() {
    return certificates;
  }

  public List<Problem> problems() {
    return problems;
  }

  /**
   * The same, those of certificates with the routers that they would serve.
   *
   * @param routers for whose hosts a certificate with some names is; empty if there are none
   */
  public List<Problem> problems(Function<Set<String>, String> routers) {
    return problems.stream()
        .map(
            problem -> {
              String some = routers.apply(affected.getOrDefault(problem, Set.of()));
              return some.isEmpty()
                  ? problem
                  : new Problem(
                      problem.source(),
                      problem.line(),
                      problem.path(),
                      problem.message() + "; it is for routers " + some);
            })
        .toList();
  }
}
