package io.phalanx.node.logging;

import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingPolicy;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.TriggeringPolicyBase;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the log's file at a size. The file may be longer than that by the line that reached it.
 *
 * <p>Logback's own policies bound either the number of backups or their age, and never together
 * with a file that ends by size alone, as Traefik's does; so this one is put into its appender.
 */
final class Rotation<E> extends TriggeringPolicyBase<E> implements RollingPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(Rotation.class);

  private final Backups backups;
  private final long maxBytes;
  private final ReentrantLock tidying = new ReentrantLock();

  /** So that one failure is told once, and not with every line. */
  private final AtomicBoolean failing = new AtomicBoolean();

  Rotation(Backups backups, long maxBytes) {
    this.backups = backups;
    this.maxBytes = maxBytes;
  }

  /** Also takes up what an earlier process left: too old by now, or not compressed yet. */
  @Override
  public void start() {
    super.start();
    aside(this::tidy);
  }

  @Override
  public boolean isTriggeringEvent(File activeFile, E event) {
    return activeFile.length() >= maxBytes;
  }

  @Override
  public void rollover() throws RolloverFailure {
    try {
      backups.add();
    } catch (IOException e) {
      if (!failing.getAndSet(true)) {
        aside(() -> LOG.warn("the log's file cannot be put aside and grows on: {}", e.toString()));
      }
      throw new RolloverFailure("the log's file cannot be put aside", e);
    }
    failing.set(false);
    aside(this::tidy);
  }

  /** Not on the thread that logs: it may be an I/O thread, and cannot log while it does. */
  private static void aside(Runnable task) {
    Thread.ofPlatform().daemon().name("log-backups").start(task);
  }

  private void tidy() {
    tidying.lock();
    try {
      backups.tidy();
    } catch (IOException e) {
      LOG.warn("ended files of the log could not be tidied: {}", e.toString());
    } finally {
      tidying.unlock();
    }
  }

  @Override
  public String getActiveFileName() {
    return backups.active().toString();
  }

  /** Backups are compressed aside, later. */
  @Override
  public CompressionMode getCompressionMode() {
    return CompressionMode.NONE;
  }

  @Override
  public void setParent(FileAppender<?> appender) {}
}
