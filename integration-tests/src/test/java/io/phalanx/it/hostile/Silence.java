package io.phalanx.it.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A server that lets nobody in: its queue is full, and nothing is said of that. */
final class Silence implements AutoCloseable {
  static final String PATH = "/silence";

  private final ServerSocket listener;
  private final List<SocketChannel> queued = new ArrayList<>();

  Silence() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    for (int i = 0; i < 4; i++) {
      SocketChannel channel = SocketChannel.open();
      queued.add(channel);
      channel.configureBlocking(false);
      channel.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
    }
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : queued) {
      channel.close();
    }
    listener.close();
  }
}
