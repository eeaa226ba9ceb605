package io.phalanx.node.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.secrets.HiddenKey;
import java.io.IOException;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.jcajce.provider.asymmetric.util.ECUtil;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  @ParameterizedTest
  @CsvSource({"RSA,2048", "EC,secp256r1", "EC,secp384r1", "Ed25519,"})
  void readsKeysOfPkcs8(String algorithm, String parameters) throws Exception {
    PrivateKey key = key(algorithm, parameters);

    assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(HiddenKey.of(key));
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072})
  void readsKeysOfPkcs1(int bits) throws Exception {
    PrivateKey key = key("RSA", Integer.toString(bits));
    byte[] pkcs1 =
        PrivateKeyInfo.getInstance(key.getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();

    assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(HiddenKey.of(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp521r1"})
  void readsKeysOfSec1(String curve) throws Exception {
    KeyPair pair = pair("EC", curve);
    byte[] sec1 =
        new ECPrivateKey(
                ((java.security.interfaces.ECKey) pair.getPrivate())
                    .getParams()
                    .getOrder()
                    .bitLength(),
                ((java.security.interfaces.ECPrivateKey) pair.getPrivate()).getS(),
                ECUtil.getNamedCurveOid(curve))
            .getEncoded();

    // Equal keys may be written differently: with and without their public half.
    PrivateKey read = Pem.privateKey(pem("EC PRIVATE KEY", sec1));
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(read);
    byte[] signature = signing.sign();
    Signature verifying = Signature.getInstance("SHA256withECDSA");
    verifying.initVerify(pair.getPublic());
    assertThat(verifying.verify(signature)).isTrue();
  }

  @Test
  void doesNotReadEncryptedKeys() {
    assertThatThrownBy(
            () ->
                Pem.privateKey(
                    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
                        + "-----END RSA PRIVATE KEY-----\n"))
        .isInstanceOf(PemException.class)
        .hasMessageContaining("encrypted");
  }

  @ParameterizedTest
  @CsvSource({
    "EC PRIVATE KEY,MA==",
    "EC PRIVATE KEY,MIL/////",
    "RSA PRIVATE KEY,AAAA",
    "PRIVATE KEY,AAAA"
  })
  void saysSoOfKeysThatAreBroken(String label, String base64) {
    assertThatThrownBy(() -> Pem.privateKey(pem(label, Base64.getDecoder().decode(base64))))
        .isInstanceOf(PemException.class)
        .hasMessageContaining("cannot be read");
  }

  private static PrivateKey key(String algorithm, String parameters)
      throws GeneralSecurityException {
    return pair(algorithm, parameters).getPrivate();
  }

  private static KeyPair pair(String algorithm, String parameters) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec(parameters));
    } else if (algorithm.equals("RSA")) {
      generator.initialize(Integer.parseInt(parameters));
    }
    return generator.generateKeyPair();
  }

  private static String pem(String label, byte[] content) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new PemObject(label, content));
    }
    return text.toString();
  }
}
