package io.phalanx.node.accesslog;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.settings.LogSettings;
import java.io.IOException;
import java.util.Optional;

/** The access log as it is wanted now, if any; it may be another one a moment later. */
public final class AccessLogs implements ExchangeObserver, AutoCloseable {
  private volatile Optional<AccessLogWriter> writer = Optional.empty();

  // Guarded by this.
  private Optional<LogSettings.AccessLog> settings = Optional.empty();
  private long droppedBefore;

  /**
   * Writes as wanted from now on.
   *
   * @throws IOException if the file cannot be opened; then all goes on as before
   */
  public synchronized void use(Optional<LogSettings.AccessLog> wanted) throws IOException {
    if (wanted.equals(settings)) {
      return;
    }
    Optional<AccessLogWriter> before = writer;
    writer = wanted.isPresent() ? Optional.of(new AccessLogWriter(wanted.get())) : Optional.empty();
    settings = wanted;
    before.ifPresent(this::end);
  }

  private void end(AccessLogWriter former) {
    former.close();
    droppedBefore += former.dropped();
  }

  @Override
  public void completed(CompletedExchange exchange) {
    Optional<AccessLogWriter> now = writer;
    if (now.isPresent()) {
      now.get().completed(exchange);
    }
  }

  /** Lines that were lost since the start. */
  public synchronized long dropped() {
    return droppedBefore + writer.map(AccessLogWriter::dropped).orElse(0L);
  }

  /** For whoever moved the file away. */
  public void reopen() {
    writer.ifPresent(AccessLogWriter::reopen);
  }

  @Override
  public synchronized void close() {
    writer.ifPresent(AccessLogWriter::close);
    writer = Optional.empty();
  }
}
