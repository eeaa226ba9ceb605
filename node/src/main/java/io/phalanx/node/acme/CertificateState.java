package io.phalanx.node.acme;

import io.phalanx.cluster.Sha256;
import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.providers.pem.Credentials;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How it stands with one need: all that the fleet remembers of it.
 *
 * @param held the certificate that is served
 * @param order the one that is in progress
 * @param failed what came of the last attempt, if nothing good did
 */
record CertificateState(
    CertificateNeed need,
    Optional<Held> held,
    Optional<PlacedOrder> order,
    Optional<Failed> failed) {
  private static final String PREFIX = "certificate/";

  /** A certificate with its chain and key. */
  record Held(List<X509Certificate> chain, KeptKey key) {
    Held {
      chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
      return chain.getFirst();
    }

    Credentials credentials() {
      return new Credentials(chain, key.privateKey());
    }

    Instant end() {
      return certificate().getNotAfter().toInstant();
    }
  }

  /**
   * An order as the authority has it.
   *
   * @param location its URL; empty if the authority did not tell it yet
   * @param key of the certificate
   * @param challenges what every member answers; empty until they are known
   */
  record PlacedOrder(String location, KeptKey key, List<ChallengeAnswer> challenges) {
    PlacedOrder {
      challenges = List.copyOf(challenges);
    }

    /** One that the authority may be asked for now. */
    static PlacedOrder planned(KeptKey key) {
      return new PlacedOrder("", key, List.of());
    }

    boolean isPlaced() {
      return !location.isEmpty();
    }

    PlacedOrder at(String url) {
      return new PlacedOrder(url, key, challenges);
    }

    PlacedOrder with(List<ChallengeAnswer> answers) {
      return new PlacedOrder(location, key, answers);
    }
  }

  /**
   * An attempt that failed.
   *
   * @param times in a row
   * @param notBefore when the next one may begin
   * @param reason the authority's words
   */
  record Failed(int times, Instant notBefore, String reason) {}

  static CertificateState of(CertificateNeed need) {
    return new CertificateState(need, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The document that holds it: the same for the same names, whatever their order. */
  static String documentName(CertificateNeed need) {
    return PREFIX + key(need);
  }

  /** What names a need in the names of documents. */
  static String key(CertificateNeed need) {
    String names = String.join("\n", need.names().stream().sorted().toList());
    return need.resolver() + '/' + HexFormat.of().formatHex(Sha256.of(names), 0, 16);
  }

  /** Whether a document of that name holds such a state. */
  static boolean isOne(String documentName) {
    return documentName.startsWith(PREFIX);
  }

  CertificateState ordered(PlacedOrder placed) {
    return new CertificateState(need, held, Optional.of(placed), failed);
  }

  CertificateState issued(Held certificate) {
    return new CertificateState(need, Optional.of(certificate), Optional.empty(), Optional.empty());
  }

  /** Without the certificate, which was revoked: another one is ordered at once. */
  CertificateState revoked() {
    return new CertificateState(need, Optional.empty(), order, Optional.empty());
  }

  /** As if nothing had been ordered beside the certificate that is held. */
  CertificateState anew() {
    return new CertificateState(need, held, Optional.empty(), Optional.empty());
  }

  /**
   * @param keepsOrder whether the order can still be gone on with
   */
  CertificateState failed(Failed failure, boolean keepsOrder) {
    return new CertificateState(
        need, held, keepsOrder ? order : Optional.empty(), Optional.of(failure));
  }
}
