package io.phalanx.cluster.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberKeyTest {
  private static final byte[] MESSAGE = "a handshake".getBytes(UTF_8);

  private KeyPair pair;
  private MemberKey key;

  @BeforeEach
  void makeKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    pair = generator.generateKeyPair();
    key = new MemberKey((ECPrivateKey) pair.getPrivate());
  }

  @Test
  void signsAsTheKeyThatItIs() throws Exception {
    Signature signing = Signature.getInstance("SHA256withECDSA");
    for (int i = 0; i < 2; i++) {
      signing.initSign(key);
      signing.update(MESSAGE, 0, 1);
      signing.update(MESSAGE, 1, MESSAGE.length - 1);
      byte[] signature = signing.sign();

      Signature verifying = Signature.getInstance("SHA256withECDSA");
      verifying.initVerify(pair.getPublic());
      verifying.update(MESSAGE);
      assertThat(verifying.verify(signature)).isTrue();
    }
  }

  @Test
  void isGivenToNobody() {
    assertThat(key.getEncoded()).isNull();
    assertThat(key.getFormat()).isNull();
    assertThat(key.getParams()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getParams());
    assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void otherKeysAreSignedWithElsewhere() throws Exception {
    Signature ours = Signature.getInstance("SHA256withECDSA", "PhalanxMemberKeys");

    assertThatThrownBy(() -> ours.initSign(pair.getPrivate()))
        .isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> ours.initVerify(pair.getPublic()))
        .isInstanceOf(InvalidKeyException.class);
  }
}
