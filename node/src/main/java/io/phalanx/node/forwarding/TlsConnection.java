package io.phalanx.node.forwarding;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.Option;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.conduits.WriteReadyHandler;

/**
 * A connection with TLS in it, to be used as one without: whoever reads and writes here need not
 * know. What is encrypted goes out by itself, also when nobody asks for room to write.
 */
final class TlsConnection extends StreamConnection {
  private final StreamConnection socket;
  private final TlsRecords records;
  private @Nullable ReadReadyHandler reader;
  private @Nullable WriteReadyHandler writer;
  private boolean readsWanted;
  private boolean writesWanted;
  private boolean woken;
  private boolean ending;

  /**
   * @param records whose handshake is done
   */
  TlsConnection(StreamConnection socket, TlsRecords records) {
    super(socket.getIoThread());
    this.socket = socket;
    this.records = records;
    setSourceConduit(new Source(socket.getSourceChannel().getConduit()));
    setSinkConduit(new Sink(socket.getSinkChannel().getConduit()));
    socket.getSourceChannel().setReadListener(_ -> readReady());
    socket.getSinkChannel().setWriteListener(_ -> writeReady());
    socket.getSourceChannel().suspendReads();
    socket.getSinkChannel().suspendWrites();
  }

  private void readReady() {
    woken = false;
    ReadReadyHandler to = reader;
    if (!readsWanted || to == null) {
      socket.getSourceChannel().suspendReads();
      return;
    }
    to.readReady();
    wakeIfMoreIsThere();
  }

  /** The socket only tells of what it holds, not of what was read from it and is not taken yet. */
  private void wakeIfMoreIsThere() {
    if (readsWanted && !woken && isOpen() && records.holdsInput()) {
      woken = true;
      socket.getSourceChannel().wakeupReads();
    }
  }

  private void writeReady() {
    boolean out = true;
    try {
      out = records.flush();
    } catch (IOException _) {
      // Whoever writes next is told; whoever reads is told by the socket.
      socket.getSinkChannel().suspendWrites();
    }
    if (!out) {
      return;
    }
    if (ending) {
      shutDownSocket();
      return;
    }
    WriteReadyHandler to = writer;
    if (writesWanted && to != null) {
      to.writeReady();
    } else {
      socket.getSinkChannel().suspendWrites();
    }
  }

  private void sendTheRest() {
    if (records.holdsOutput() && isOpen()) {
      socket.getSinkChannel().resumeWrites();
    }
  }

  private void shutDownSocket() {
    try {
      socket.getSinkChannel().shutdownWrites();
    } catch (IOException _) {
      IoUtils.safeClose(this);
    }
  }

  /** What comes from the server, decrypted. */
  private final class Source extends AbstractStreamSourceConduit<StreamSourceConduit> {
    Source(StreamSourceConduit encrypted) {
      super(encrypted);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      try {
        return records.read(to);
      } finally {
        sendTheRest();
      }
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      long all = 0;
      for (int i = offset; i < offset + length; i++) {
        int read = read(to[i]);
        if (read < 0 && all == 0) {
          return -1;
        }
        all += Math.max(0, read);
        if (to[i].hasRemaining()) {
          break;
        }
      }
      return all;
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
      return target.transferFrom(getSourceChannel(), position, count);
    }

    @Override
    public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
        throws IOException {
      return Conduits.transfer(this, count, through, target);
    }

    @Override
    public void resumeReads() {
      readsWanted = true;
      next.resumeReads();
      wakeIfMoreIsThere();
    }

    @Override
    public void suspendReads() {
      readsWanted = false;
      next.suspendReads();
    }

    @Override
    public void wakeupReads() {
      readsWanted = true;
      next.wakeupReads();
    }

    @Override
    public boolean isReadResumed() {
      return readsWanted;
    }

    @Override
    public void setReadReadyHandler(ReadReadyHandler handler) {
      reader = handler;
    }

    @Override
    public void terminateReads() throws IOException {
      readsWanted = false;
      next.terminateReads();
      readClosed();
    }
  }

  /** What goes to the server, not encrypted yet. */
  private final class Sink extends AbstractStreamSinkConduit<StreamSinkConduit> {
    Sink(StreamSinkConduit encrypted) {
      super(encrypted);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      try {
        return records.write(from);
      } finally {
        sendTheRest();
      }
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      long all = 0;
      for (int i = offset; i < offset + length; i++) {
        all += write(from[i]);
        if (from[i].hasRemaining()) {
          break;
        }
      }
      return all;
    }

    @Override
    public int writeFinal(ByteBuffer from) throws IOException {
      return Conduits.writeFinalBasic(this, from);
    }

    @Override
    public long writeFinal(ByteBuffer[] from, int offset, int length) throws IOException {
      return Conduits.writeFinalBasic(this, from, offset, length);
    }

    @Override
    public long transferFrom(FileChannel from, long position, long count) throws IOException {
      return from.transferTo(position, count, getSinkChannel());
    }

    @Override
    public long transferFrom(StreamSourceChannel from, long count, ByteBuffer through)
        throws IOException {
      return Conduits.transfer(from, count, through, this);
    }

    @Override
    public boolean flush() throws IOException {
      try {
        return records.flush();
      } finally {
        sendTheRest();
      }
    }

    @Override
    public void resumeWrites() {
      writesWanted = true;
      next.resumeWrites();
    }

    @Override
    public void suspendWrites() {
      writesWanted = false;
      if (!records.holdsOutput()) {
        next.suspendWrites();
      }
    }

    @Override
    public void wakeupWrites() {
      writesWanted = true;
      next.wakeupWrites();
    }

    @Override
    public boolean isWriteResumed() {
      return writesWanted;
    }

    @Override
    public void setWriteReadyHandler(WriteReadyHandler handler) {
      writer = handler;
    }

    /** Ends this direction only: close_notify, and the socket's end when that is out. */
    @Override
    public void terminateWrites() throws IOException {
      if (!ending) {
        ending = true;
        writesWanted = false;
        records.end();
        if (records.holdsOutput()) {
          next.resumeWrites();
        } else {
          shutDownSocket();
        }
        writeClosed();
      }
    }

    @Override
    public void truncateWrites() throws IOException {
      IoUtils.safeClose(socket);
      writeClosed();
    }
  }

  @Override
  protected void closeAction() throws IOException {
    records.close();
    socket.close();
  }

  @Override
  protected void notifyReadClosed() {
    if (reader != null) {
      reader.terminated();
    }
  }

  @Override
  protected void notifyWriteClosed() {
    if (writer != null) {
      writer.terminated();
    }
  }

  @Override
  public SocketAddress getPeerAddress() {
    return socket.getPeerAddress();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public boolean supportsOption(Option<?> option) {
    return socket.supportsOption(option);
  }

  @Override
  public <T> @Nullable T getOption(Option<T> option) throws IOException {
    return socket.getOption(option);
  }

  @Override
  public <T> @Nullable T setOption(Option<T> option, T value) throws IOException {
    return socket.setOption(option, value);
  }
}
