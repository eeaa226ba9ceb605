package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;

/**
 * The name for which a certificate is chosen is the name that the TLS engine sees, or the
 * connection comes to nothing.
 */
class ClientHelloFuzzTest {
  private static final SSLContext CONTEXT = context();

  private static SSLContext context() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest
  void hello(byte[] bytes) {
    ClientHello whole = ClientHello.read(ByteBuffer.wrap(bytes));
    boolean decided = false;
    for (int length = 0; length < Math.min(bytes.length, 300); length++) {
      ClientHello sofar = ClientHello.read(ByteBuffer.wrap(bytes, 0, length));
      if (sofar instanceof ClientHello.Incomplete) {
        assertThat(decided).as("decided before %d bytes", length).isFalse();
      } else {
        decided = true;
        assertThat(sofar).isEqualTo(whole);
      }
    }
    for (String seen : seenByEngine(bytes)) {
      switch (whole) {
        case ClientHello.Complete(String name, var _) ->
            assertThat(name).isEqualTo(canonical(seen));
        case ClientHello.Malformed _ -> {}
        case ClientHello.Incomplete _ -> throw new AssertionError("the engine saw " + seen);
      }
    }
  }

  private static String canonical(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** The names that the engine of the platform gives its matcher. */
  private static List<String> seenByEngine(byte[] bytes) {
    var seen = new ArrayList<String>();
    SSLEngine engine = CONTEXT.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setSNIMatchers(
        List.of(
            new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
              @Override
              public boolean matches(SNIServerName name) {
                seen.add(new String(name.getEncoded(), StandardCharsets.US_ASCII));
                return false; // Nothing more is wanted of the engine.
              }
            }));
    engine.setSSLParameters(parameters);
    try {
      var in = ByteBuffer.wrap(bytes);
      var out = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
      for (int before = -1; in.position() != before; ) {
        before = in.position();
        engine.unwrap(in, out);
        for (Runnable task = engine.getDelegatedTask(); task != null; ) {
          task.run();
          task = engine.getDelegatedTask();
        }
      }
    } catch (SSLException _) {
      // Refused.
    }
    return seen;
  }
}
