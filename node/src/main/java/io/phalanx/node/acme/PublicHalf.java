package io.phalanx.node.acme;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.jcajce.provider.asymmetric.util.EC5Util;

/** The public key that belongs to a private one. */
final class PublicHalf {
  private PublicHalf() {}

  /**
   * @throws GeneralSecurityException if the key is neither RSA nor EC
   */
  static PublicKey of(PrivateKey key) throws GeneralSecurityException {
    return switch (key) {
      case RSAPrivateCrtKey rsa ->
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
      case ECPrivateKey ec -> KeyFactory.getInstance("EC").generatePublic(point(ec));
      default -> throw new InvalidKeySpecException("neither RSA nor EC");
    };
  }

  /** The curve's generator, as often as the key says. */
  private static ECPublicKeySpec point(ECPrivateKey key) {
    BigInteger times = key.getS();
    org.bouncycastle.math.ec.ECPoint point =
        EC5Util.convertSpec(key.getParams()).getG().multiply(times).normalize();
    return new ECPublicKeySpec(
        new ECPoint(point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger()),
        key.getParams());
  }
}
