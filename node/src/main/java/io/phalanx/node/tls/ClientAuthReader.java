package io.phalanx.node.tls;

import io.phalanx.node.pem.Pem;
import io.phalanx.node.pem.PemException;
import io.phalanx.node.tls.ClientCertificates.Mode;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.tree.DidYouMean;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads which certificates clients have to show. Authorities without a mode are meant to verify, as
 * in Traefik; nothing at all is taken for a mistake, because it would let everybody in.
 */
final class ClientAuthReader {
  private ClientAuthReader() {}

  /**
   * Reads files, if it is their names that stand there.
   *
   * @throws IllegalArgumentException if the options are none to serve with, with the reason
   */
  static ClientCertificates read(Tls.ClientAuth options) {
    String type = options.clientAuthType().orElse("");
    if (type.isEmpty() && options.caFiles().isEmpty()) {
      throw new IllegalArgumentException("clientAuth has neither caFiles nor clientAuthType");
    }
    Mode mode = type.isEmpty() ? Mode.VERIFIED : mode(type);
    if (mode.isVerified() && options.caFiles().isEmpty()) {
      throw new IllegalArgumentException(
          "clientAuth.clientAuthType: " + type + " needs caFiles, and there are none");
    }
    return new ClientCertificates(mode, List.copyOf(authorities(options.caFiles())));
  }

  private static Mode mode(String type) {
    return Stream.of(Mode.values())
        .filter(mode -> mode.text().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "clientAuth.clientAuthType: there is no "
                        + type
                        + DidYouMean.among(
                            type, Stream.of(Mode.values()).map(Mode::text).toList())));
  }

  private static Set<X509Certificate> authorities(List<String> files) {
    var authorities = new LinkedHashSet<X509Certificate>();
    for (int i = 0; i < files.size(); i++) {
      if (files.get(i).isBlank()) {
        throw new IllegalArgumentException("clientAuth.caFiles[" + i + "] is empty");
      }
      try {
        authorities.addAll(Pem.certificates(files.get(i)));
      } catch (PemException e) {
        throw new IllegalArgumentException("clientAuth.caFiles[" + i + "]: " + e.getMessage(), e);
      }
    }
    return authorities;
  }
}
