package io.phalanx.cluster.key;

import io.phalanx.cluster.OffHeap;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key of a member's certificate, which no dump of the heap shows: it is outside of it, and is
 * in it for as long as a signature is made. TLS keeps the key of a connection until that ends, and
 * signs with this one as with a key in a device. ({@code providers} has the like for keys of all
 * kinds, of which this module knows nothing.)
 */
final class MemberKey implements PrivateKey, ECKey {
  private static final String SIGNATURE = "SHA256withECDSA";

  static {
    // Behind all others, which do not know this kind of key.
    Security.addProvider(new Signing());
  }

  private final transient OffHeap encoded;
  private final transient ECParameterSpec curve;

  MemberKey(ECPrivateKey key) {
    this.encoded = OffHeap.taken(key.getEncoded());
    this.curve = key.getParams();
  }

  private PrivateKey shown() throws GeneralSecurityException {
    return encoded.lend(
        bytes -> KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes)));
  }

  @Override
  public ECParameterSpec getParams() {
    return curve;
  }

  @Override
  public String getAlgorithm() {
    return "EC";
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
    throw new NotSerializableException(MemberKey.class.getName());
  }

  /** How the platform finds the signatures. */
  private static final class Signing extends Provider {
    Signing() {
      super("PhalanxMemberKeys", "1", "signs with keys that are not in the heap");
      putService(
          new Service(this, "Signature", SIGNATURE, Spi.class.getName(), List.of(), null) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
              return new Spi();
            }

            @Override
            public boolean supportsParameter(@Nullable Object parameter) {
              return parameter instanceof MemberKey;
            }
          });
    }
  }

  private static final class Spi extends SignatureSpi {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private @Nullable MemberKey key;

    @Override
    protected void engineInitSign(PrivateKey given) throws InvalidKeyException {
      if (!(given instanceof MemberKey member)) {
        throw new InvalidKeyException("not a member's key");
      }
      key = member;
      message.reset();
    }

    @Override
    protected void engineInitVerify(PublicKey given) throws InvalidKeyException {
      throw new InvalidKeyException("members' keys only sign");
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
      MemberKey member = key;
      if (member == null) {
        throw new SignatureException("no key was given");
      }
      try {
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(member.shown());
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
      throw new SignatureException("members' keys only sign");
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
}
