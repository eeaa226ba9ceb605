package io.phalanx.node.entrypoint;

import io.phalanx.node.proxyprotocol.ProxyHeader;
import java.io.IOException;
import java.net.SocketAddress;
import org.xnio.IoUtils;
import org.xnio.Option;
import org.xnio.StreamConnection;

/** A connection that has the addresses which a trusted proxy announced in front of it. */
final class AnnouncedConnection extends StreamConnection {
  private final StreamConnection delegate;
  private final ProxyHeader.Addresses addresses;

  /** Takes the place of {@code delegate}, whose channels are not to be used any more. */
  AnnouncedConnection(StreamConnection delegate, ProxyHeader.Addresses addresses) {
    super(delegate.getIoThread());
    this.delegate = delegate;
    this.addresses = addresses;
    setSourceConduit(delegate.getSourceChannel().getConduit());
    setSinkConduit(delegate.getSinkChannel().getConduit());
    delegate.setCloseListener(_ -> IoUtils.safeClose(this));
  }

  @Override
  public SocketAddress getPeerAddress() {
    return addresses.source();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return addresses.destination();
  }

  @Override
  protected void closeAction() throws IOException {
    delegate.close();
  }

  @Override
  public boolean supportsOption(Option<?> option) {
    return delegate.supportsOption(option);
  }

  @Override
  public <T> T getOption(Option<T> option) throws IOException {
    return delegate.getOption(option);
  }

  @Override
  public <T> T setOption(Option<T> option, T value) throws IOException {
    return delegate.setOption(option, value);
  }
}
