package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

final class ClientHelloTest {
  private static byte[] hello(String serverName) throws Exception {
    return hello(serverName, "h2", "http/1.1");
  }

  private static byte[] hello(String serverName, String... protocols) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    if (!serverName.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
    }
    parameters.setApplicationProtocols(protocols);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(1 << 15);
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  /** The same message in records of at most {@code size} bytes. */
  private static byte[] inRecords(byte[] hello, int size) {
    var out = new ByteArrayOutputStream();
    for (int at = 5; at < hello.length; at += size) {
      int length = Math.min(size, hello.length - at);
      out.writeBytes(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
      out.write(hello, at, length);
    }
    return out.toByteArray();
  }

  private static ClientHello read(byte[] bytes) {
    return ClientHello.read(ByteBuffer.wrap(bytes));
  }

  private static ClientHello complete(String serverName) {
    return new ClientHello.Complete(serverName, List.of("h2", "http/1.1"));
  }

  @Test
  void findsTheNameInLowerCaseOrNone() throws Exception {
    assertThat(read(hello("Shop.Example.org"))).isEqualTo(complete("shop.example.org"));
    assertThat(read(hello(""))).isEqualTo(complete(""));
  }

  @Test
  void anAuthorityThatLooksForItsChallengeSpeaksNothingElse() throws Exception {
    assertThat(validates(hello("a.test", "acme-tls/1"))).isTrue();
    assertThat(validates(hello("", "acme-tls/1"))).isTrue();
    assertThat(validates(hello("a.test", "acme-tls/1", "h2"))).isFalse();
    assertThat(validates(hello("a.test"))).isFalse();
  }

  private static boolean validates(byte[] hello) {
    return read(hello) instanceof ClientHello.Complete whole && whole.validates();
  }

  @Test
  void everyBeginningIsIncompleteHoweverItIsCutIntoRecords() throws Exception {
    for (int size : new int[] {1, 7, 100, 16_384}) {
      byte[] all = inRecords(hello("a.test"), size);
      for (int length = 0; length < all.length; length++) {
        assertThat(read(Arrays.copyOf(all, length))).isEqualTo(new ClientHello.Incomplete());
      }
      assertThat(read(all)).isEqualTo(complete("a.test"));
    }
  }

  @Test
  void whatComesBehindDoesNotMatter() throws Exception {
    byte[] hello = hello("a.test");
    assertThat(read(Arrays.copyOf(hello, hello.length + 40))).isEqualTo(complete("a.test"));
  }

  @Test
  void protocolsThatReachBeyondTheirListAreRefused() throws Exception {
    byte[] hello = hello("a.test");
    String text = new String(hello, StandardCharsets.ISO_8859_1);
    hello[text.indexOf("\u0002h2")] = 100;
    assertThat(read(hello)).isInstanceOf(ClientHello.Malformed.class);
  }

  @Test
  void aNameThatIsLongerThanAnyHostsIsRefused() throws Exception {
    assertThat(read(named(255))).isInstanceOf(ClientHello.Complete.class);
    assertThat(read(named(256))).isInstanceOf(ClientHello.Malformed.class);
    assertThat(read(named(16_000))).isInstanceOf(ClientHello.Malformed.class);
  }

  /** A hello with nothing but a name of so many letters. */
  private static byte[] named(int letters) {
    ByteBuffer hello = ByteBuffer.allocate(5 + 4 + 43 + letters + 9);
    hello.put(new byte[] {22, 3, 1}).putShort((short) (hello.capacity() - 5));
    hello.putInt(1 << 24 | (hello.capacity() - 9)).putShort((short) 0x303).position(43);
    hello.put((byte) 0).putInt(0x0002_1301).putShort((short) 0x0100);
    hello.putShort((short) (letters + 9)).putShort((short) 0).putShort((short) (letters + 5));
    hello.putShort((short) (letters + 3)).put((byte) 0).putShort((short) letters);
    while (hello.hasRemaining()) {
      hello.put((byte) 'a');
    }
    return hello.array();
  }

  @Test
  void otherMessagesAndSizesAreRefused() {
    assertThat(read(new byte[] {22, 3, 1, 0, 4, 2, 0, 0, 0}))
        .isInstanceOf(ClientHello.Malformed.class);
    assertThat(read(new byte[] {22, 3, 1, 0, 4, 1, 1, 0, 0}))
        .isInstanceOf(ClientHello.Malformed.class);
    assertThat(read(new byte[] {22, 3, 1, 0, 0})).isInstanceOf(ClientHello.Malformed.class);
    assertThat(read(new byte[] {22, 2, 1, 0, 4})).isInstanceOf(ClientHello.Malformed.class);
    assertThat(read(new byte[] {22, 3, 1, 127, -1})).isInstanceOf(ClientHello.Malformed.class);
  }

  @Test
  void noiseIsNeverMoreThanMalformed() throws Exception {
    var random = new Random(4);
    byte[] hello = hello("a.test");
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = hello.clone();
      for (int n = 0; n <= i % 5; n++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      assertThatCode(() -> read(changed)).doesNotThrowAnyException();
    }
  }
}
