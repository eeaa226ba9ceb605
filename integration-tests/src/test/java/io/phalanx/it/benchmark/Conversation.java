package io.phalanx.it.benchmark;

import java.io.IOException;

/** One connection's requests and answers. */
interface Conversation {
  Transport transport();

  /** Whether one more request may be under way. */
  boolean hasRoom();

  /**
   * @param due when it should have been sent
   */
  void ask(long due) throws IOException;

  /** Takes what has come. */
  void read(Answers answers) throws IOException;

  /** Requests that are not answered. */
  int open();

  /** Where answers are told of. */
  interface Answers {
    /**
     * @param due when the request should have been sent
     */
    void answered(long due, boolean isRight);
  }
}
