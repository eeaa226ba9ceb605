package io.phalanx.node.http2;

/** Who is told of a stream that is of no interest any more, or not yet. */
final class Nobody implements StreamListener {
  static final StreamListener INSTANCE = new Nobody();

  private Nobody() {}

  @Override
  public void readable() {}

  @Override
  public void writable() {}

  @Override
  public void reset(ErrorCode code, boolean byPeer) {}
}
