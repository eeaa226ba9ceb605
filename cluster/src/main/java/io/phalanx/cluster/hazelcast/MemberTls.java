package io.phalanx.cluster.hazelcast;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerContext;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;

/**
 * Puts TLS 1.3 with both sides authenticated under the traffic of members. Hazelcast's own is in
 * its commercial edition only; this subclasses its node's internal, Apache-licensed extension
 * point, which is why the version of Hazelcast is pinned and tests try to get in without the key.
 */
final class MemberTls extends DefaultNodeContext {
  private final MemberKeys keys;

  /**
   * @param keys asked for each connection
   */
  MemberTls(MemberKeys keys) {
    this.keys = keys;
  }

  @Override
  public NodeExtension createNodeExtension(Node node) {
    return new TlsExtension(node, keys);
  }

  private static final class TlsExtension extends DefaultNodeExtension {
    private final MemberKeys keys;
    private final Handshakes handshakes = Handshakes.bounded();

    TlsExtension(Node node, MemberKeys keys) {
      super(node);
      this.keys = keys;
    }

    @Override
    public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(
        ServerContext serverContext) {
      Function<EndpointQualifier, ChannelInitializer> plain =
          super.createChannelInitializerFn(serverContext);
      return qualifier -> {
        ChannelInitializer inner = plain.apply(qualifier);
        return channel -> {
          SSLEngine engine = keys.context().createSSLEngine();
          engine.setUseClientMode(channel.isClientMode());
          engine.setNeedClientAuth(true);
          engine.setEnabledProtocols(new String[] {"TLSv1.3"});
          handshakes.begun(channel);
          channel.addCloseListener(handshakes::ended);
          var session = new TlsSession(engine, () -> handshakes.ended(channel));
          channel
              .inboundPipeline()
              .addLast(
                  new TlsInbound(
                      session,
                      reason -> {
                        if (channel.isClientMode()) {
                          keys.metStranger();
                        }
                        handshakes.refused(channel.remoteSocketAddress(), reason);
                      }));
          inner.initChannel(channel);
          channel.outboundPipeline().addLast(new TlsOutbound(session));
        };
      };
    }
  }
}
