package io.phalanx.it.soak;

import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections by TLS and asks for no credentials: a node without certificates makes one. */
final class Trusting {
  private final SSLContext context = TrustEveryone.context();

  /**
   * @param protocol by its name in ALPN
   */
  Socket open(int port, String protocol) throws IOException {
    return secured(new Socket(InetAddress.getLoopbackAddress(), port), protocol);
  }

  /** The same, with room for so many bytes that came and are not read. */
  Socket open(int port, String protocol, int receiveBuffer) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return secured(socket, protocol);
  }

  private Socket secured(Socket plain, String protocol) throws IOException {
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    return socket;
  }
}
