package io.phalanx.it.soak;

import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.net.InetAddress;
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
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    return socket;
  }
}
