package io.phalanx.node;

import io.phalanx.cluster.Sha256;
import io.phalanx.node.acme.AcmeFile;
import io.phalanx.node.acme.ImportLine;
import io.phalanx.node.acme.ListedCertificate;
import io.phalanx.node.acme.Resolver;
import io.phalanx.node.acme.RevocationReason;
import io.phalanx.node.pem.Pem;
import io.phalanx.providers.tree.Encoder;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running node answers to {@code phalanx cert}. Keys are in what it exports, for whoever can
 * open the socket of commands: the owner of the data directory, who has the key that all is sealed
 * with anyway.
 */
final class CertAnswers {
  /** Without it nothing is exported. */
  static final String KEYS = "--with-keys";

  private static final Logger LOG = LoggerFactory.getLogger(CertAnswers.class);
  private static final String JSON = FleetAnswers.JSON;

  private final RunningResolvers resolvers;

  CertAnswers(RunningResolvers resolvers) {
    this.resolvers = resolvers;
  }

  String list(List<String> words) {
    List<ListedCertificate> all = resolvers.listed();
    return words.contains(JSON)
        ? Encoder.indentedJson(all.stream().map(CertAnswers::fields).toList())
        : all.stream().map(CertAnswers::lines).collect(Collectors.joining("\n"));
  }

  String show(List<String> words) throws IOException {
    ListedCertificate one = named(words);
    String chain = Pem.text(one.chain());
    if (words.contains(JSON)) {
      SequencedMap<String, Object> fields = fields(one);
      one.certificate()
          .ifPresent(
              certificate -> {
                fields.put("subject", certificate.getSubjectX500Principal().getName());
                fields.put("key", key(certificate));
                fields.put("sha256", fingerprint(certificate));
              });
      fields.put("chain", chain);
      return Encoder.indentedJson(fields);
    }
    String details =
        one.certificate()
            .map(
                certificate ->
                    "%n  valid from %s%n  subject %s%n  key %s%n  SHA-256 %s%n"
                        .formatted(
                            certificate.getNotBefore().toInstant(),
                            certificate.getSubjectX500Principal().getName(),
                            key(certificate),
                            fingerprint(certificate)))
            .orElse("");
    return (lines(one) + details + chain).stripTrailing();
  }

  private static String key(X509Certificate certificate) {
    return switch (certificate.getPublicKey()) {
      case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength();
      case ECKey ec -> "EC " + ec.getParams().getOrder().bitLength();
      default -> certificate.getPublicKey().getAlgorithm();
    };
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of().formatHex(Sha256.of(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that is none", e);
    }
  }

  String renew(List<String> words) throws IOException, InterruptedException {
    ListedCertificate one = named(words);
    resolvers.operator().renew(one);
    LOG.info("an operator wants the certificate for {} to be renewed", names(one));
    return words.contains(JSON)
        ? FleetAnswers.json("renewal", one.names())
        : names(one) + ": is to be ordered now; `phalanx cert list` tells what comes of it";
  }

  String revoke(List<String> words) throws IOException, InterruptedException {
    ListedCertificate one = named(words);
    RevocationReason reason =
        words.size() < 2
            ? RevocationReason.UNSPECIFIED
            : RevocationReason.of(words.get(1)).orElse(RevocationReason.UNSPECIFIED);
    resolvers
        .operator()
        .revoke(one, reason, resolvers.resolvers().stream().map(Resolver::name).toList());
    LOG.info(
        "an operator wants the certificate for {}, serial {}, to be revoked ({})",
        names(one),
        one.serial().orElse("-"),
        reason.word());
    return words.contains(JSON)
        ? FleetAnswers.json("revocation", one.names(), "serial", one.serial().orElse(""))
        : "%s: serial %s is to be revoked; `phalanx cert list` tells what comes of it"
            .formatted(names(one), one.serial().orElse("-"));
  }

  /** The file itself comes with the command, see {@link CertFiles#word}. */
  String take(List<String> words) throws IOException, InterruptedException {
    AcmeFile file =
        AcmeFile.read("the file", CertFiles.text(words.isEmpty() ? "" : words.getFirst()));
    List<ImportLine> lines = resolvers.operator().take(file, resolvers.resolvers());
    long taken = lines.stream().filter(ImportLine::taken).count();
    LOG.info("an operator imported {} of {} accounts and certificates", taken, lines.size());
    if (words.contains(JSON)) {
      return FleetAnswers.json(
          "taken",
          lines.stream().filter(ImportLine::taken).map(CertAnswers::fields).toList(),
          "leftOut",
          lines.stream().filter(line -> !line.taken()).map(CertAnswers::fields).toList());
    }
    return lines.stream()
            .map(
                line ->
                    "%s %s: %s: %s%n"
                        .formatted(
                            line.taken() ? "taken   " : "left out",
                            line.resolver(),
                            line.subject(),
                            line.reason()))
            .collect(Collectors.joining())
        + "%d taken, %d left out".formatted(taken, lines.size() - taken);
  }

  private static SequencedMap<String, Object> fields(ImportLine line) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("resolver", line.resolver());
    fields.put("subject", line.subject());
    fields.put("reason", line.reason());
    return fields;
  }

  String export(List<String> words) throws IOException {
    if (!words.contains(KEYS)) {
      throw new IOException("private keys are in what is exported; it has to be asked for");
    }
    String text = resolvers.export().text(resolvers.resolvers());
    LOG.warn("an operator exported all certificates of resolvers with their private keys");
    return text;
  }

  private ListedCertificate named(List<String> words) throws IOException {
    if (words.isEmpty() || words.getFirst().isEmpty() || words.getFirst().equals(JSON)) {
      throw new IOException("the name of a certificate is needed; `phalanx cert list` has them");
    }
    return named(resolvers.listed(), words.getFirst());
  }

  /**
   * The one with a serial number, with just these names, or else with this name.
   *
   * @throws IOException if there is none, or several
   */
  static ListedCertificate named(List<ListedCertificate> all, String given) throws IOException {
    String name = given.toLowerCase(Locale.ROOT);
    var names = new TreeSet<>(List.of(name.split(",")));
    var found = new ArrayList<ListedCertificate>();
    for (ListedCertificate one : all) {
      if (one.serial().filter(name::equals).isPresent()
          || names.equals(new TreeSet<>(one.names()))) {
        found.add(one);
      }
    }
    if (found.isEmpty()) {
      all.stream().filter(one -> one.names().contains(name)).forEach(found::add);
    }
    if (found.isEmpty()) {
      throw new IOException(
          "there is no certificate \"" + given + "\"; `phalanx cert list` has them");
    }
    if (found.size() > 1) {
      throw new IOException(
          "several certificates have the name \""
              + given
              + "\"; name one by its serial number or all of its names:\n"
              + found.stream().map(CertAnswers::lines).collect(Collectors.joining("\n")));
    }
    return found.getFirst();
  }

  private static String names(ListedCertificate one) {
    return String.join(",", one.names());
  }

  private static String state(ListedCertificate one) {
    if (one.isOrdered()) {
      return "ordering";
    }
    if (one.failed().isPresent()) {
      return "failed";
    }
    return one.certificate().isPresent() ? "held" : "wanted";
  }

  private static String lines(ListedCertificate one) {
    var text = new StringBuilder(names(one));
    text.append("\n  ")
        .append(one.resolver().map(resolver -> "resolver " + resolver).orElse("given"))
        .append(one.isDefault() ? ", the default" : "")
        .append(one.resolver().map(_ -> ", " + state(one)).orElse(""))
        .append(one.isNeeded() ? "" : ", not needed any more");
    one.certificate()
        .ifPresent(
            certificate ->
                text.append("\n  serial ")
                    .append(one.serial().orElseThrow())
                    .append(", by ")
                    .append(certificate.getIssuerX500Principal().getName())
                    .append("\n  valid until ")
                    .append(certificate.getNotAfter().toInstant()));
    one.next()
        .ifPresent(
            at ->
                text.append(one.certificate().isPresent() ? ", renewed " : "\n  ordered ")
                    .append(moment(at)));
    one.failed()
        .ifPresent(
            failed ->
                text.append("\n  failed %d times: ".formatted(failed.times()))
                    .append(failed.reason()));
    one.instruction().ifPresent(instruction -> text.append("\n  ").append(instruction));
    return text.toString();
  }

  private static String moment(Instant at) {
    return at.equals(Instant.MIN) ? "now" : "at " + at;
  }

  private static SequencedMap<String, Object> fields(ListedCertificate one) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("names", one.names());
    fields.put("source", one.resolver().isPresent() ? "resolver" : "given");
    one.resolver().ifPresent(resolver -> fields.put("resolver", resolver));
    one.resolver().ifPresent(_ -> fields.put("state", state(one)));
    fields.put("default", one.isDefault());
    fields.put("needed", one.isNeeded());
    Optional<X509Certificate> certificate = one.certificate();
    if (certificate.isPresent()) {
      fields.put("serial", one.serial().orElseThrow());
      fields.put("issuer", certificate.get().getIssuerX500Principal().getName());
      fields.put("notBefore", certificate.get().getNotBefore().toInstant().toString());
      fields.put("notAfter", certificate.get().getNotAfter().toInstant().toString());
    }
    one.next().ifPresent(at -> fields.put("next", at.equals(Instant.MIN) ? "now" : at.toString()));
    if (one.failed().isPresent()) {
      fields.put("failures", one.failed().get().times());
      fields.put("reason", one.failed().get().reason());
    }
    one.instruction().ifPresent(instruction -> fields.put("instruction", instruction));
    return fields;
  }
}
