package io.phalanx.node.exchange;

/**
 * What became of a request, gathered on its way for the access log and the metrics. Empty text and
 * -1 mean: it did not come that far. Times are {@link System#nanoTime}.
 */
public final class Trail {
  private String router = "";
  private String service = "";
  private String server = "";
  private long originStarted = -1;
  private long originHead = -1;
  private int originStatus = -1;
  private long originBytes = -1;

  public void routedBy(String router, String service) {
    this.router = router;
    this.service = service;
  }

  public void sentTo(String server, long now) {
    this.server = server;
    this.originStarted = now;
  }

  public void answered(int status, long now) {
    this.originStatus = status;
    this.originHead = now;
  }

  public void originBytes(long bytes) {
    this.originBytes = bytes;
  }

  /** Qualified name of the router ({@code name@provider}). */
  public String router() {
    return router;
  }

  /** Qualified name of the service. */
  public String service() {
    return service;
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
