package io.phalanx.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HiddenKeyTest {
  private static final byte[] MESSAGE = "a handshake".getBytes(UTF_8);
  private static final BigInteger MESSAGE_NUMBER = new BigInteger(1, MESSAGE);
  private static final PSSParameterSpec PSS =
      new PSSParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

  /** Keys for RSA take their time. */
  private static final Map<String, KeyPair> RSA = new HashMap<>();

  private static KeyPair pair(String algorithm, int size) throws Exception {
    KeyPair known = RSA.get(algorithm);
    if (known != null) {
      return known;
    }
    KeyPair pair = generated(algorithm, size);
    if (algorithm.startsWith("RSA")) {
      RSA.put(algorithm, pair);
    }
    return pair;
  }

  private static KeyPair generated(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (size > 0) {
      generator.initialize(size);
    }
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA,2048,RSASSA-PSS",
    "RSASSA-PSS,2048,RSASSA-PSS",
    "RSA,2048,SHA1withRSA",
    "RSA,2048,SHA256withRSA",
    "RSA,2048,SHA512withRSA",
    "EC,256,SHA256withECDSA",
    "EC,384,SHA384withECDSA",
    "EC,521,SHA512withECDSA",
    "Ed25519,-1,Ed25519",
    "Ed25519,-1,EdDSA",
    "Ed448,-1,Ed448"
  })
  void signsAsTheKeyThatItIs(String algorithm, int size, String signature) throws Exception {
    KeyPair pair = pair(algorithm, size);
    HiddenKey hidden = HiddenKey.of(pair.getPrivate());

    Signature signing = Signature.getInstance(signature);
    for (int i = 0; i < 2; i++) {
      signing.initSign(hidden);
      if (signature.equals("RSASSA-PSS")) {
        signing.setParameter(PSS);
      }
      signing.update(MESSAGE, 0, 1);
      signing.update(MESSAGE, 1, MESSAGE.length - 1);
      byte[] signed = signing.sign();

      Signature verifying = Signature.getInstance(signature);
      if (signature.equals("RSASSA-PSS")) {
        verifying.setParameter(PSS);
      }
      verifying.initVerify(pair.getPublic());
      verifying.update(MESSAGE);
      assertThat(verifying.verify(signed)).isTrue();
    }
  }

  @Test
  void isGivenToNobody() throws Exception {
    HiddenKey hidden = HiddenKey.of(pair("RSA", 2048).getPrivate());

    assertThat(hidden.getEncoded()).isNull();
    assertThat(hidden.getFormat()).isNull();
    assertThat(hidden).hasToString("a hidden RSA key");
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(hidden))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void isTheSameKeyHoweverOftenItIsHidden() throws Exception {
    KeyPair pair = pair("EC", 256);
    HiddenKey hidden = HiddenKey.of(pair.getPrivate());

    assertThat(((ECKey) hidden).getParams()).isEqualTo(((ECKey) pair.getPublic()).getParams());
    assertThat(HiddenKey.of(hidden)).isSameAs(hidden);
    assertThat(HiddenKey.of(pair.getPrivate())).isEqualTo(hidden).hasSameHashCodeAs(hidden);
    assertThat(HiddenKey.of(pair("EC", 256).getPrivate())).isNotEqualTo(hidden);
  }

  /** The platform would remember it. */
  @Test
  void thePrivateExponentOfRsaIsNotUsed() throws Exception {
    KeyPair pair = pair("RSA", 2048);
    HiddenKey hidden = HiddenKey.of(pair.getPrivate());

    assertThat(((RSAPrivateCrtKey) hidden.shown()).getPrivateExponent()).isEqualTo(BigInteger.ONE);
    assertThat(((RSAKey) hidden).getModulus()).isEqualTo(((RSAKey) pair.getPublic()).getModulus());
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048,SunRsaSign", "EC,256,SunEC", "Ed25519,-1,SunEC"})
  void anotherProviderHasTheSameKey(String algorithm, int size, String provider) throws Exception {
    KeyPair pair = pair(algorithm, size);

    PrivateKey theirs = HiddenKey.of(pair.getPrivate()).in(Security.getProvider(provider));

    if (theirs instanceof RSAPrivateCrtKey rsa
        && pair.getPrivate() instanceof RSAPrivateCrtKey own) {
      // Without its primes, so that the exponent has to be the right one.
      assertThat(
              MESSAGE_NUMBER
                  .modPow(rsa.getPublicExponent(), rsa.getModulus())
                  .modPow(rsa.getPrivateExponent(), rsa.getModulus()))
          .isEqualTo(MESSAGE_NUMBER);
      assertThat(rsa.getPrimeP()).isEqualTo(own.getPrimeP());
    } else {
      assertThat(theirs).isEqualTo(pair.getPrivate());
    }
  }

  @Test
  void otherKeysAreSignedWithElsewhere() throws Exception {
    KeyPair pair = pair("EC", 256);
    HiddenKey.of(pair.getPrivate());
    Signature ours = Signature.getInstance("SHA256withECDSA", "PhalanxHiddenKeys");

    assertThatThrownBy(() -> ours.initSign(pair.getPrivate()))
        .isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> ours.initVerify(pair.getPublic()))
        .isInstanceOf(InvalidKeyException.class);
  }
}
