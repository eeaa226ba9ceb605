package io.phalanx.node.forwarding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;

/** Server sockets with TLS as a test wants it. */
final class RestrictedSockets extends ServerSocketFactory {
  private final SSLServerSocketFactory all;
  private final Consumer<SSLParameters> restriction;

  RestrictedSockets(SSLServerSocketFactory all, Consumer<SSLParameters> restriction) {
    this.all = all;
    this.restriction = restriction;
  }

  /** With a certificate for 127.0.0.1, and these protocols to choose from by ALPN. */
  static RestrictedSockets speaking(TestAuthority authority, String... protocols) {
    return new RestrictedSockets(
        authority.context(authority.issue("127.0.0.1")).getServerSocketFactory(),
        parameters -> parameters.setApplicationProtocols(protocols));
  }

  private ServerSocket restricted(ServerSocket socket) {
    if (socket instanceof SSLServerSocket secure) {
      SSLParameters parameters = secure.getSSLParameters();
      restriction.accept(parameters);
      secure.setSSLParameters(parameters);
    }
    return socket;
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return restricted(all.createServerSocket(port));
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return restricted(all.createServerSocket(port, backlog));
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    return restricted(all.createServerSocket(port, backlog, address));
  }
}
