package io.phalanx.node.exchange;

import java.util.function.Consumer;

/**
 * One request and its answer, whatever protocol they come by. Everything here happens on one I/O
 * thread, {@link #ioThread()}.
 *
 * <p>Exactly one of {@link #respond}, {@link #startResponse} and {@link #startTunnel} is called,
 * and once. A failure after the latter two is told by {@link #fail}.
 */
public interface Exchange {
  RequestHead request();

  /** The connection that the request came by. */
  ClientConnection client();

  BodySource requestBody();

  IoThread ioThread();

  /**
   * Keeps the exchange open when the handler returns without an answer; someone will come back
   * through {@link #ioThread()}. A handler that does neither is a failure of this node.
   */
  void suspend();

  /**
   * Sends an interim answer at once (RFC 9110, section 15.2), if the client's protocol has them and
   * nothing of the answer is out. Response steps do not see it. One that the client does not take
   * without waiting is left out.
   *
   * @param status 102 to 199
   * @param fill puts in its headers
   */
  void sendInterim(int status, Consumer<Headers> fill);

  /** The head of the answer, to be filled and then sent by {@link #startResponse}. */
  ResponseHead response();

  /**
   * Lets the response steps see the head and opens the body. A {@code Trailer} header stays only
   * where {@link BodySink#trailers trailers} can be sent.
   *
   * @param length the length of the body; -1 if it is not known
   */
  BodySink startResponse(long length);

  /**
   * Grants the {@linkplain RequestHead#upgrade upgrade} that the client asks for, once its request
   * was read to the end: the response steps see the head, which is sent at once with what stands in
   * it beside the framing. HTTP/1.1 makes it 101 and takes the protocol from its {@code Upgrade}
   * header; HTTP/2 (RFC 8441) makes it 200 and leaves that header out.
   */
  Tunnel startTunnel();

  /** Sends a whole answer, after the response steps have seen its head. */
  void respond(Answer answer);

  /**
   * Answers for a failure if nothing was sent yet, else ends the connection so that the client
   * cannot take the rest for whole.
   */
  void fail(Failure failure);

  /**
   * Calls {@code cleanup} if the client goes away before its answer is whole; at once if it is gone
   * already. Takes the place of what was given before. Not called any more when the body of the
   * answer was {@linkplain BodySink#finish ended} or a failure was told.
   */
  void whenAbandoned(Runnable cleanup);

  /**
   * Calls {@code told} when the exchange is over, whatever became of it: {@link Trail#failure} says
   * that. All are called that were given.
   */
  void whenOver(Runnable told);

  /**
   * Steps that see the head of the answer, called last first. They are called again, on a new head,
   * if a failure takes the place of an answer of which nothing is out yet: what is to be done once
   * belongs to {@link #whenOver}.
   */
  void addResponseStep(ResponseStep step);

  /** What the access log and the metrics will want to know. */
  Trail trail();
}
