package io.phalanx.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.key.FleetKey;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class TlsSessionTest {
  private static final byte[] DATA = {1, 2, 3};

  /** What waits to be sent would be offered again and again, by the thread of all connections. */
  @Test
  void takesNothingMoreWhenTheOtherSideIsNoMember() throws Exception {
    TlsSession one = session(FleetKey.generate(), true);
    TlsSession other = session(FleetKey.generate(), false);

    assertThatThrownBy(() -> handshake(one, other)).isInstanceOf(SSLException.class);

    for (TlsSession session : List.of(one, other)) {
      assertThat(session.isEstablished()).isFalse();
    }
    assertThat(one.sendHandshake(buffer())).as("its alert is out").isTrue();
    assertThat(one.isEstablished()).isFalse();
    assertThatThrownBy(() -> one.wrap(ByteBuffer.wrap(DATA), buffer()))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void carriesDataBetweenMembers() throws Exception {
    FleetKey key = FleetKey.generate();
    TlsSession one = session(key, true);
    TlsSession other = session(key, false);
    handshake(one, other);
    ByteBuffer sent = buffer();

    assertThat(one.wrap(ByteBuffer.wrap(DATA), sent)).isTrue();
    ByteBuffer got = buffer();
    sent.flip();
    while (sent.hasRemaining()) {
      other.unwrap(sent, got);
    }

    assertThat(got.flip()).isEqualTo(ByteBuffer.wrap(DATA));
  }

  private static void handshake(TlsSession one, TlsSession other) throws Exception {
    while (!one.isEstablished() || !other.isEstablished()) {
      move(one, other);
      move(other, one);
    }
  }

  private static void move(TlsSession from, TlsSession to) throws Exception {
    ByteBuffer records = buffer();
    from.sendHandshake(records);
    records.flip();
    while (records.hasRemaining()) {
      to.unwrap(records, buffer());
    }
  }

  private static TlsSession session(FleetKey key, boolean client) {
    SSLEngine engine = new MemberKeys(List.of(key)).context().createSSLEngine();
    engine.setUseClientMode(client);
    engine.setNeedClientAuth(true);
    engine.setEnabledProtocols(new String[] {"TLSv1.3"});
    return new TlsSession(engine, () -> {});
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(1 << 16);
  }
}
