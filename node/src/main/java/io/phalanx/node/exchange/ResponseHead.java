package io.phalanx.node.exchange;

/**
 * The head of the answer before its first byte is sent. Not thread-safe: belongs to its exchange.
 */
public final class ResponseHead {
  private final Headers headers;
  private int status;

  public ResponseHead(int status, Headers headers) {
    this.status = status;
    this.headers = headers;
  }

  public int status() {
    return status;
  }

  public void status(int status) {
    this.status = status;
  }

  public Headers headers() {
    return headers;
  }
}
