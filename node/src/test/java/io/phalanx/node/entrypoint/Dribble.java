package io.phalanx.node.entrypoint;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A socket that sends one byte in each segment. */
final class Dribble extends Socket {
  Dribble(InetSocketAddress address) throws IOException {
    super(address.getAddress(), address.getPort());
    setTcpNoDelay(true);
    setSoTimeout(10_000);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    OutputStream out = super.getOutputStream();
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
        out.flush();
      }
    };
  }
}
