package io.phalanx.cluster.key;

import io.phalanx.secrets.HiddenKey;
import java.math.BigInteger;
import java.net.Socket;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.jcajce.provider.asymmetric.util.EC5Util;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate authority of a fleet, which every member derives from the fleet key for itself.
 * With it a member issues its own certificate and judges those of others: who does not have the key
 * can do neither.
 */
public final class FleetAuthority {
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final X500Name AUTHORITY_NAME = new X500Name("CN=Phalanx fleet");
  private static final X500Name MEMBER_NAME = new X500Name("CN=Phalanx member");

  /**
   * Members' clocks may differ, and a member may run for long: who has the key may issue anew at
   * any time anyhow.
   */
  private static final Duration BACKDATED = Duration.ofDays(1);

  private static final Duration VALID = Duration.ofDays(3650);

  private final FleetKey key;
  private final PublicKey publicKey;

  private FleetAuthority(FleetKey key, PublicKey publicKey) {
    this.key = key;
    this.publicKey = publicKey;
  }

  public static FleetAuthority of(FleetKey key) {
    try {
      return new FleetAuthority(key, publicKey(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks the cryptography that members need", e);
    }
  }

  /**
   * HKDF (RFC 5869) gives 48 bytes, reduced to a scalar of the curve: too many bytes for the
   * reduction to show a bias.
   */
  private static BigInteger scalar(FleetKey key, ECParameterSpec curve) {
    return new BigInteger(1, key.derive("phalanx fleet authority 1", 48))
        .mod(curve.getOrder().subtract(BigInteger.ONE))
        .add(BigInteger.ONE);
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private static PublicKey publicKey(FleetKey key) throws GeneralSecurityException {
    ECParameterSpec curve = curve();
    var domain = EC5Util.convertSpec(curve);
    var point =
        new ECDomainParameters(domain.getCurve(), domain.getG(), domain.getN())
            .getG()
            .multiply(scalar(key, curve))
            .normalize();
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(EC5Util.convertPoint(point), curve));
  }

  /** For the moment of a signature: otherwise the fleet key alone is kept. */
  private PrivateKey privateKey() throws GeneralSecurityException {
    ECParameterSpec curve = curve();
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(scalar(key, curve), curve));
  }

  /**
   * A TLS context for this member: its own fresh certificate under this authority, and trust in
   * certificates of {@code accepted} only, on both sides.
   */
  public SSLContext memberContext(List<FleetAuthority> accepted) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair own = generator.generateKeyPair();
      var keys = new OwnCertificate(HiddenKey.of(own.getPrivate()), issue(own.getPublic()));
      var trust = new IssuedByFleet(accepted.stream().map(issuer -> issuer.publicKey).toList());
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("a member certificate cannot be issued", e);
    }
  }

  private X509Certificate issue(PublicKey member)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            AUTHORITY_NAME,
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(VALID)),
            MEMBER_NAME,
            member);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(privateKey())));
  }

  /**
   * Always the same key and certificate, kept in memory: key stores decrypt their entry again for
   * every handshake.
   */
  private static final class OwnCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "member";
    private final PrivateKey key;
    private final X509Certificate certificate;

    OwnCertificate(PrivateKey key, X509Certificate certificate) {
      this.key = key;
      this.certificate = certificate;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }

  /**
   * Trusts a single certificate that is valid now and signed by one of the fleet's authorities, and
   * nothing else.
   */
  private static final class IssuedByFleet extends X509ExtendedTrustManager {
    private final List<PublicKey> authorities;

    IssuedByFleet(List<PublicKey> authorities) {
      this.authorities = List.copyOf(authorities);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length != 1) {
        throw new CertificateException("a member shows one certificate");
      }
      chain[0].checkValidity();
      if (chain[0].getBasicConstraints() >= 0) {
        throw new CertificateException("a member's certificate is no authority's");
      }
      for (PublicKey authority : authorities) {
        try {
          chain[0].verify(authority);
          return;
        } catch (GeneralSecurityException _) {
          // Not by this one.
        }
      }
      throw new CertificateException("the certificate was not issued with this fleet's key");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
