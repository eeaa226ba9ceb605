package io.phalanx.node.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyHeader.Incomplete;
import io.phalanx.node.proxyprotocol.ProxyHeader.Present;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A PROXY header says one thing, whatever follows, and the same as to Netty, if that reads it. */
class ProxyHeaderFuzzTest {
  @FuzzTest
  void header(byte[] bytes) {
    ProxyHeader whole = ProxyHeader.read(ByteBuffer.wrap(bytes));
    boolean decided = false;
    for (int length = 0; length <= bytes.length && length < 300; length++) {
      ProxyHeader sofar = ProxyHeader.read(ByteBuffer.wrap(bytes, 0, length));
      if (sofar instanceof Incomplete) {
        assertThat(decided).as("decided before %d bytes", length).isFalse();
      } else {
        decided = true;
        assertThat(sofar).isEqualTo(whole);
      }
    }
    if (whole instanceof Present(int length, Optional<Addresses> addresses)) {
      assertThat(length).isLessThanOrEqualTo(bytes.length);
      assertSameAsNetty(bytes, length, addresses);
    }
  }

  private static void assertSameAsNetty(byte[] bytes, int length, Optional<Addresses> addresses) {
    var channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    try {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, length));
      HAProxyMessage message = channel.readInbound();
      assertThat(message).as("Netty wants more").isNotNull();
      if (addresses.isPresent()) {
        Addresses ours = addresses.get();
        assertThat(ours.source()).isEqualTo(at(message.sourceAddress(), message.sourcePort()));
        assertThat(ours.destination())
            .isEqualTo(at(message.destinationAddress(), message.destinationPort()));
      }
      message.release();
    } catch (DecoderException _) {
      // It reads extensions, which are nobody's here, and some addresses more strictly.
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }
}
