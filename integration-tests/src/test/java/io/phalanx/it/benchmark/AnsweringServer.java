package io.phalanx.it.benchmark;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** A server of one wire for tests of clients. */
final class AnsweringServer implements AutoCloseable {
  /** What is answered: a status and so many bytes. */
  record Reply(int status, int length) {}

  private final EventLoopGroup group;
  private final Channel channel;

  private AnsweringServer(EventLoopGroup group, Channel channel) {
    this.group = group;
    this.channel = channel;
  }

  /**
   * @param replies by path
   */
  static AnsweringServer start(Wire wire, Tls tls, Function<String, Reply> replies)
      throws SSLException {
    Optional<SslContext> context =
        wire.isTls() ? Optional.of(context(wire, tls)) : Optional.empty();
    var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    context.ifPresent(
                        tlsContext ->
                            accepted.pipeline().addLast(tlsContext.newHandler(accepted.alloc())));
                    speak(wire, accepted, replies);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return new AnsweringServer(group, channel);
  }

  private static SslContext context(Wire wire, Tls tls) throws SSLException {
    return SslContextBuilder.forServer(tls.chainFile().toFile(), tls.keyFile().toFile())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                wire.isHttp2() ? "h2" : "http/1.1"))
        .build();
  }

  private static void speak(Wire wire, Channel channel, Function<String, Reply> replies) {
    if (!wire.isHttp2()) {
      answer(channel.pipeline().addLast(new HttpServerCodec()).channel(), replies);
      return;
    }
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer().build(),
            new Http2MultiplexHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                    answer(stream, replies);
                  }
                }));
  }

  private static void answer(Channel channel, Function<String, Reply> replies) {
    channel
        .pipeline()
        .addLast(
            new HttpObjectAggregator(1 << 16),
            new SimpleChannelInboundHandler<FullHttpRequest>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                Reply reply = replies.apply(request.uri());
                var response =
                    new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(reply.status()),
                        Unpooled.wrappedBuffer(new byte[reply.length()]));
                response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, reply.length());
                context.writeAndFlush(response);
              }
            });
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    group.shutdownGracefully();
  }
}
