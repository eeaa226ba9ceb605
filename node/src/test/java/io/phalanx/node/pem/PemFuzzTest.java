package io.phalanx.node.pem;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Whatever stands in a PEM text, it is read or refused, and no refusal shows any of it. */
class PemFuzzTest {
  private static final String[] LABELS = {
    "CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"
  };

  @FuzzTest
  void text(byte[] bytes) {
    read("-----BEGIN " + new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @FuzzTest
  void der(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    String label = LABELS[(bytes[0] & 0xff) % LABELS.length];
    String content =
        Base64.getMimeEncoder()
            .encodeToString(java.util.Arrays.copyOfRange(bytes, 1, bytes.length));
    read("-----BEGIN " + label + "-----\n" + content + "\n-----END " + label + "-----\n");
  }

  private static void read(String text) {
    try {
      assertThat(Pem.certificates(text)).isNotEmpty();
    } catch (PemException e) {
      assertThat(e.getMessage()).startsWith("the PEM text holds ").hasSizeLessThan(100);
    }
    try {
      assertThat(Pem.privateKey(text).getAlgorithm()).isIn("RSA", "EC", "EdDSA");
    } catch (PemException e) {
      assertThat(e.getMessage()).startsWith("the PEM text holds ").hasSizeLessThan(100);
    }
  }
}
