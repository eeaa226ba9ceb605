package io.phalanx.node.acme;

import io.phalanx.cluster.Sha256;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.tls.CertificateNeed;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What an operator wants to be done about a certificate. It is written down, so that whoever holds
 * the resolver's lease does it, and stays until it is done.
 */
sealed interface Instruction {
  CertificateNeed need();

  /** Of the document that holds it. */
  String documentName();

  /**
   * A certificate is to be ordered now, whatever there is.
   *
   * @param replaced serial number of the one that was held; done when another one is
   * @param failures in a row before: those are no reason to wait
   */
  record Renew(CertificateNeed need, Optional<BigInteger> replaced, int failures)
      implements Instruction {
    static final String PREFIX = "renewal/";

    static Renew of(CertificateState state) {
      return new Renew(state.need(), serial(state), state.failed().map(Failed::times).orElse(0));
    }

    private static Optional<BigInteger> serial(CertificateState state) {
      return state.held().map(Held::certificate).map(X509Certificate::getSerialNumber);
    }

    @Override
    public String documentName() {
      return PREFIX + CertificateState.key(need);
    }

    boolean isOpen(CertificateState state) {
      return serial(state).equals(replaced);
    }

    /** Whether it was tried since, and failed. */
    boolean isBefore(Failed failed) {
      return failed.times() > failures;
    }
  }

  /**
   * A certificate is to be revoked, and used no more.
   *
   * @param certificate whether it is still held or not
   * @param failed what came of the last attempt, if nothing good did
   */
  record Revoke(
      CertificateNeed need,
      X509Certificate certificate,
      RevocationReason reason,
      Optional<Failed> failed)
      implements Instruction {
    static final String PREFIX = "revocation/";

    @Override
    public String documentName() {
      try {
        return PREFIX
            + need.resolver()
            + '/'
            + HexFormat.of().formatHex(Sha256.of(certificate.getEncoded()), 0, 16);
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that is none", e);
      }
    }

    boolean isOf(CertificateState state) {
      return state.held().filter(held -> held.certificate().equals(certificate)).isPresent();
    }

    Revoke failed(Failed failure) {
      return new Revoke(need, certificate, reason, Optional.of(failure));
    }
  }

  /** Whether a document of that name holds one. */
  static boolean isOne(String documentName) {
    return documentName.startsWith(Renew.PREFIX) || documentName.startsWith(Revoke.PREFIX);
  }
}
