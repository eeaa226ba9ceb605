package io.phalanx.node.filter;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.ResponseHead;

/**
 * What is done to the answer of one exchange. All calls are on its I/O thread, behind the response
 * steps of those behind and before those in front.
 */
public interface AnswerFilter {
  /**
   * Edits the head of an answer that the proxy makes itself, or of one to a failure. Perhaps after
   * {@link #body}, if the answer of which nothing is out yet is replaced.
   */
  void whole(ResponseHead head);

  /**
   * Takes over the answer of those behind: edits the head and calls {@code open} once, now or when
   * enough is known.
   *
   * @param length of the body as it comes; -1 if it is not known
   * @return where those behind write to
   */
  BodySink body(ResponseHead head, long length, Opening open);

  /** Opens the answer in front. */
  @FunctionalInterface
  interface Opening {
    /**
     * @param length of the body as it goes out; -1 if it is not known
     */
    BodySink open(long length);
  }
}
