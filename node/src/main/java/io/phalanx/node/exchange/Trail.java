package io.phalanx.node.exchange;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request, gathered on its way for the access log and the metrics. Empty text and
 * -1 mean: it did not come that far. Times are {@link System#nanoTime}.
 */
public final class Trail {
  private String router = "";
  private String routers = "";
  private String service = "";
  private String server = "";
  private boolean internal;
  private boolean logged = true;
  private boolean measured = true;
  private String servedBy = "";
  private int retries;
  private String unanswered = "";
  private long originStarted = -1;
  private long originHead = -1;
  private int originStatus = -1;
  private long originBytes = -1;
  private @Nullable Failure failure;
  private @Nullable Failure failureOfAttempt;

  /**
   * @param internal whether the router is the node's own
   * @param logged whether the access log is to have the request
   * @param measured whether the metrics are to count it
   */
  public void routedBy(
      String router, String service, boolean internal, boolean logged, boolean measured) {
    this.router = router;
    this.routers = router;
    this.service = service;
    this.internal = internal;
    this.logged = logged;
    this.measured = measured;
  }

  /** A router below the one that was found before goes on with it. */
  public void routedBelow(String router, String service, boolean internal) {
    this.routers = routers + " -> " + router;
    this.router = router;
    this.service = service;
    this.internal = internal;
  }

  /**
   * All middlewares let the request pass.
   *
   * @param name qualified name of the service that answers: the router's, or one that this led to
   */
  public void reachedService(String name) {
    this.servedBy = name;
  }

  /** What came of the request so far is discarded, and it is sent once more. */
  public void retried() {
    retries++;
    failureOfAttempt = null;
    unanswered = originHead < 0 ? server : "";
    forgetAnswer();
  }

  private void forgetAnswer() {
    originHead = -1;
    originStatus = -1;
    originBytes = -1;
  }

  /** What another server answered before is nothing of this one's. */
  public void sentTo(String server, long now) {
    this.server = server;
    this.originStarted = now;
    this.failureOfAttempt = null;
    forgetAnswer();
  }

  public void answered(int status, long now) {
    this.originStatus = status;
    this.originHead = now;
  }

  public void originBytes(long bytes) {
    this.originBytes = bytes;
  }

  /** What went wrong; the first failure counts. */
  public void failed(Failure first) {
    if (failure == null) {
      failure = first;
    }
    if (failureOfAttempt == null) {
      failureOfAttempt = first;
    }
  }

  /**
   * What went wrong since the request was last sent to a server, or was to be sent once more: a
   * server that answers in the place of another one is not to blame for that one.
   */
  public Optional<Failure> failureOfAttempt() {
    return Optional.ofNullable(failureOfAttempt);
  }

  /** What went wrong, if anything did. */
  public Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /** Qualified name of the router ({@code name@provider}). */
  public String router() {
    return router;
  }

  /** Its name behind those of the routers above it ({@code upper@file -> lower@file}). */
  public String routers() {
    return routers;
  }

  /** Qualified name of the service that the router names. */
  public String service() {
    return service;
  }

  /** Qualified name of the service that was last asked for an answer; empty if none was. */
  public String servedBy() {
    return servedBy;
  }

  /**
   * URL of the server that the request was sent to last before it was sent once more, if no answer
   * came from there; else empty.
   */
  public String unanswered() {
    return unanswered;
  }

  /** How often the request was sent once more. */
  public int retries() {
    return retries;
  }

  public boolean isInternal() {
    return internal;
  }

  public boolean isLogged() {
    return logged;
  }

  public boolean isMeasured() {
    return measured;
  }

  /** Whether the request came through all middlewares to the service. */
  public boolean hasReachedService() {
    return !servedBy.isEmpty();
  }

  /** URL of the server that the request was sent to last. */
  public String server() {
    return server;
  }

  public long originStarted() {
    return originStarted;
  }

  public long originHead() {
    return originHead;
  }

  public int originStatus() {
    return originStatus;
  }

  /** Bytes of the server's body that came. */
  public long originBytes() {
    return originBytes;
  }
}
