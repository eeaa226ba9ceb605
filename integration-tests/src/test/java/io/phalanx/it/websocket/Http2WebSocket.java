package io.phalanx.it.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLException;

/** A WebSocket on a stream of an HTTP/2 connection (RFC 8441), by Netty's codecs. */
final class Http2WebSocket implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;
  private static final int MOST_BYTES = 32 << 20;

  /** SETTINGS_ENABLE_CONNECT_PROTOCOL, RFC 8441, section 3. */
  private static final char ENABLE_CONNECT_PROTOCOL = 8;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final CompletableFuture<Http2Settings> settings = new CompletableFuture<>();
  private final CompletableFuture<String> status = new CompletableFuture<>();
  private final CompletableFuture<Boolean> end = new CompletableFuture<>();
  private final BlockingQueue<WebSocketFrame> frames = new LinkedBlockingQueue<>();
  private final Channel connection;
  private final Http2StreamChannel stream;

  Http2WebSocket(int port, boolean tls) throws Exception {
    SslContext context = tls ? context() : null;
    connection =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (context != null) {
                      channel.pipeline().addLast(context.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                            new SettingsReader());
                  }
                })
            .connect(InetAddress.getLoopbackAddress(), port)
            .sync()
            .channel();
    stream =
        new Http2StreamChannelBootstrap(connection)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Bytes());
                  }
                })
            .open()
            .sync()
            .getNow();
  }

  private static SslContext context() throws SSLException {
    return SslContextBuilder.forClient()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  boolean isOffered() throws Exception {
    Long value = settings.get(LIMIT_SECONDS, SECONDS).get(ENABLE_CONNECT_PROTOCOL);
    return value != null && value == 1;
  }

  /** Asks for the WebSocket; the status of the answer. */
  String open(String path) throws Exception {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("CONNECT")
            .path(path)
            .scheme("https")
            .authority("localhost")
            .set(Http2Headers.PseudoHeaderName.PROTOCOL.value(), "websocket")
            .set("sec-websocket-version", "13");
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers)).sync();
    return status.get(LIMIT_SECONDS, SECONDS);
  }

  void send(WebSocketFrame frame) {
    stream.writeAndFlush(frame);
  }

  /** The next frame of the server. */
  WebSocketFrame next() throws InterruptedException {
    WebSocketFrame frame = frames.poll(LIMIT_SECONDS, SECONDS);
    if (frame == null) {
      throw new AssertionError("no frame came");
    }
    return frame;
  }

  /** Waits for the end of the server's side of the stream. */
  boolean isEnded() throws Exception {
    return end.get(LIMIT_SECONDS, SECONDS);
  }

  private final class SettingsReader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Http2SettingsFrame frame) {
        settings.complete(frame.settings());
      }
    }
  }

  /** DATA frames are bytes, and the bytes behind a 200 are frames of WebSocket. */
  private final class Bytes extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      switch (message) {
        case Http2HeadersFrame head -> {
          var config =
              WebSocketDecoderConfig.newBuilder()
                  .expectMaskedFrames(false)
                  .maxFramePayloadLength(MOST_BYTES)
                  .build();
          context
              .pipeline()
              .addLast(
                  new WebSocket13FrameDecoder(config),
                  new WebSocket13FrameEncoder(true),
                  new Collector());
          status.complete(String.valueOf(head.headers().status()));
        }
        case Http2DataFrame data -> {
          context.fireChannelRead(data.content());
          if (data.isEndStream()) {
            end.complete(true);
          }
        }
        default -> {}
      }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      context.write(
          message instanceof ByteBuf bytes ? new DefaultHttp2DataFrame(bytes) : message, promise);
    }
  }

  private final class Collector extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      frames.add(frame.retain());
    }
  }

  @Override
  public void close() {
    connection.close();
    group.shutdownGracefully();
  }
}
