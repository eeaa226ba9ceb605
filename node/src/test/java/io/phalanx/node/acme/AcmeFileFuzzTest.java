package io.phalanx.node.acme;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Whatever is given for an acme.json, it is read or refused, by the name of the file. */
class AcmeFileFuzzTest {
  @FuzzTest
  void text(byte[] bytes) {
    try {
      assertThat(AcmeFile.read("acme.json", new String(bytes, UTF_8)).resolvers()).isNotEmpty();
    } catch (IOException e) {
      assertThat(e.getMessage()).startsWith("acme.json");
    }
  }
}
