package io.phalanx.secrets;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signatures with hidden keys: the platform's own, with the key as it is for that moment. The
 * platform asks each provider in turn whether it knows a kind of key, and only this one knows
 * these.
 */
final class HiddenKeySignature extends SignatureSpi {
  /** Those of TLS 1.2 and 1.3, and what a key is tried with. */
  private static final List<String> ALGORITHMS =
      List.of(
          "RSASSA-PSS",
          "SHA1withRSA",
          "SHA224withRSA",
          "SHA256withRSA",
          "SHA384withRSA",
          "SHA512withRSA",
          "SHA1withECDSA",
          "SHA224withECDSA",
          "SHA256withECDSA",
          "SHA384withECDSA",
          "SHA512withECDSA",
          "EdDSA",
          "Ed25519",
          "Ed448");

  private final String algorithm;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private @Nullable HiddenKey key;
  private @Nullable AlgorithmParameterSpec parameters;

  private HiddenKeySignature(String algorithm) {
    this.algorithm = algorithm;
  }

  /** Has the platform find it; behind all others, which do not know these keys. */
  static void register() {
    Registration.done();
  }

  private static final class Registration {
    static {
      Security.addProvider(new Signing());
    }

    private Registration() {}

    static void done() {}
  }

  private static final class Signing extends Provider {
    Signing() {
      super("PhalanxHiddenKeys", "1", "signs with keys that are not in the heap");
      ALGORITHMS.forEach(algorithm -> putService(new Offer(this, algorithm)));
    }
  }

  private static final class Offer extends Provider.Service {
    Offer(Provider provider, String algorithm) {
      super(provider, "Signature", algorithm, HiddenKeySignature.class.getName(), List.of(), null);
    }

    @Override
    public Object newInstance(@Nullable Object parameter) {
      return new HiddenKeySignature(getAlgorithm());
    }

    @Override
    public boolean supportsParameter(@Nullable Object parameter) {
      return parameter instanceof HiddenKey;
    }
  }

  @Override
  protected void engineInitSign(PrivateKey given) throws InvalidKeyException {
    if (!(given instanceof HiddenKey hidden)) {
      throw new InvalidKeyException("not a hidden key");
    }
    key = hidden;
    message.reset();
  }

  @Override
  protected void engineInitVerify(PublicKey given) throws InvalidKeyException {
    throw new InvalidKeyException("hidden keys only sign");
  }

  @Override
  protected void engineUpdate(byte next) {
    message.write(next);
  }

  @Override
  protected void engineUpdate(byte[] next, int offset, int length) {
    message.write(next, offset, length);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    HiddenKey hidden = key;
    if (hidden == null) {
      throw new SignatureException("no key was given");
    }
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(hidden.shown());
      if (parameters != null) {
        signature.setParameter(parameters);
      }
      signature.update(message.toByteArray());
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new SignatureException("no signature can be made", e);
    } finally {
      message.reset();
    }
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    throw new SignatureException("hidden keys only sign");
  }

  @Override
  protected void engineSetParameter(AlgorithmParameterSpec given) {
    parameters = given;
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String name, Object value) {
    throw new InvalidParameterException("no parameter has a name");
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String name) {
    throw new InvalidParameterException("no parameter has a name");
  }
}
