package io.phalanx.secrets;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A private key that no dump of the heap shows: it is outside of it, and is in it for as long as a
 * signature is made. TLS keeps the key of a connection until that ends, and signs with this one as
 * with a key in a device: nobody gets its encoding. Two are equal if the keys are.
 */
public abstract sealed class HiddenKey implements PrivateKey {
  private final String algorithm;
  private final transient OffHeap encoded;

  private HiddenKey(PrivateKey key) {
    this.algorithm = key.getAlgorithm();
    this.encoded = OffHeap.taken(key.getEncoded());
    HiddenKeySignature.register();
  }

  /**
   * @param key of the platform, in PKCS #8, or hidden already
   */
  public static HiddenKey of(PrivateKey key) {
    return switch (key) {
      case HiddenKey hidden -> hidden;
      case RSAKey rsa -> new Rsa(key, rsa);
      case ECKey ec -> new Ec(key, ec);
      default -> new Other(key);
    };
  }

  /** What TLS has to know of it: signatures have to fit into it. */
  private static final class Rsa extends HiddenKey implements RSAKey {
    private final BigInteger modulus;
    private final transient @Nullable AlgorithmParameterSpec parameters;

    Rsa(PrivateKey key, RSAKey same) {
      super(withoutExponent(key));
      this.modulus = same.getModulus();
      this.parameters = same.getParams();
    }

    /**
     * The platform remembers the private exponent of keys that it has signed with, beside their
     * modulus, and does not need it where the primes are known.
     */
    private static PrivateKey withoutExponent(PrivateKey key) {
      if (!(key instanceof RSAPrivateCrtKey rsa)) {
        return key;
      }
      try {
        return KeyFactory.getInstance(key.getAlgorithm())
            .generatePrivate(
                new RSAPrivateCrtKeySpec(
                    rsa.getModulus(),
                    rsa.getPublicExponent(),
                    BigInteger.ONE,
                    rsa.getPrimeP(),
                    rsa.getPrimeQ(),
                    rsa.getPrimeExponentP(),
                    rsa.getPrimeExponentQ(),
                    rsa.getCrtCoefficient(),
                    rsa.getParams()));
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException("not an RSA key that can be used", e);
      }
    }

    @Override
    public BigInteger getModulus() {
      return modulus;
    }

    @Override
    public @Nullable AlgorithmParameterSpec getParams() {
      return parameters;
    }
  }

  /** What TLS has to know of it: each scheme of signatures is for one curve. */
  private static final class Ec extends HiddenKey implements ECKey {
    private final transient ECParameterSpec curve;

    Ec(PrivateKey key, ECKey same) {
      super(key);
      this.curve = same.getParams();
    }

    @Override
    public ECParameterSpec getParams() {
      return curve;
    }
  }

  private static final class Other extends HiddenKey {
    Other(PrivateKey key) {
      super(key);
    }
  }

  /** The key itself, for the moment. */
  PrivateKey shown() throws GeneralSecurityException {
    return encoded.lend(
        bytes -> KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes)));
  }

  /**
   * The same key as another provider keeps it, which has to be one that keeps it outside of the
   * heap.
   *
   * @throws GeneralSecurityException if the provider does not take it
   */
  public PrivateKey in(Provider provider) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance(algorithm, provider);
    return shown() instanceof RSAPrivateCrtKey rsa
        ? factory.generatePrivate(withExponent(rsa))
        : encoded.lend(bytes -> factory.generatePrivate(new PKCS8EncodedKeySpec(bytes)));
  }

  /** With the private exponent, which others want to see. */
  private static KeySpec withExponent(RSAPrivateCrtKey key) {
    BigInteger p = key.getPrimeP().subtract(BigInteger.ONE);
    BigInteger q = key.getPrimeQ().subtract(BigInteger.ONE);
    return new RSAPrivateCrtKeySpec(
        key.getModulus(),
        key.getPublicExponent(),
        key.getPublicExponent().modInverse(p.divide(p.gcd(q)).multiply(q)),
        key.getPrimeP(),
        key.getPrimeQ(),
        key.getPrimeExponentP(),
        key.getPrimeExponentQ(),
        key.getCrtCoefficient());
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public @Nullable String getFormat() {
    return null;
  }

  @Override
  public byte @Nullable [] getEncoded() {
    return null;
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException(HiddenKey.class.getName());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HiddenKey that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  @Override
  public String toString() {
    return "a hidden " + algorithm + " key";
  }
}
