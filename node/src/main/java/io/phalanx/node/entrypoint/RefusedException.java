package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Failure;

/**
 * A request that is answered before anyone behind the entry point sees it. Texts and headers are
 * Traefik's where it says something.
 */
final class RefusedException extends Exception {
  /** What becomes of the connection. */
  private enum Connection {
    STAYS,
    ENDS,
    ENDS_UNANSWERED
  }

  private final Answer answer;
  private final Connection connection;

  private RefusedException(Answer answer, Connection connection, String reason) {
    super(reason, null, false, false);
    this.answer = answer;
    this.connection = connection;
  }

  private static RefusedException page(String text, int status, String reason) {
    return new RefusedException(Answer.plainText(status, text), Connection.ENDS, reason);
  }

  /** What came may be read in two ways, or in none: its connection ends. */
  static RefusedException malformed(String reason) {
    return page("400 Bad Request", 400, reason);
  }

  /** Nobody can tell where such a body ends (RFC 9112, section 6.1): its connection ends. */
  static RefusedException unknownCoding() {
    return page(
        "Unsupported transfer encoding", 501, "a Transfer-Encoding other than one plain chunked");
  }

  static RefusedException tooSlow() {
    return page("408 Request Timeout", 408, "the head did not come in time");
  }

  static RefusedException noHost() {
    return page("400 Bad Request: missing required Host header", 400, "no Host");
  }

  static RefusedException headTooLarge() {
    return page("431 Request Header Fields Too Large", 431, "the head is too large");
  }

  /** The heads of others hold all the memory that there is for heads. */
  static RefusedException noRoom() {
    return page("503 Service Unavailable", 503, "no room for the head");
  }

  /** Whoever sent that speaks something else, and would not understand an answer. */
  static RefusedException notHttp() {
    return new RefusedException(
        Answer.empty(400), Connection.ENDS_UNANSWERED, "what begins so is not HTTP");
  }

  static RefusedException unknownVersion() {
    return page(
        "505 HTTP Version Not Supported: unsupported protocol version",
        505,
        "an HTTP version that is not served");
  }

  static RefusedException unknownExpectation() {
    return new RefusedException(
        Answer.empty(417), Connection.ENDS, "an Expect other than 100-continue");
  }

  /** The target is understood, but not taken. */
  static RefusedException badTarget(String reason) {
    return new RefusedException(Answer.empty(400), Connection.STAYS, reason);
  }

  static RefusedException underscore() {
    return new RefusedException(
        Answer.error(400, "Bad Request"), Connection.STAYS, "a header name with an underscore");
  }

  static RefusedException connect() {
    return new RefusedException(Answer.empty(501), Connection.STAYS, "CONNECT is not served");
  }

  /** {@code OPTIONS *} asks the proxy itself (RFC 9110, section 9.3.7). */
  static RefusedException optionsOfTheProxy() {
    return new RefusedException(Answer.empty(200), Connection.STAYS, "OPTIONS *");
  }

  static RefusedException noPath() {
    return new RefusedException(
        Answer.error(404, "404 page not found"), Connection.STAYS, "a target of *");
  }

  /** Whether the connection just ends. */
  boolean isSilent() {
    return connection == Connection.ENDS_UNANSWERED;
  }

  Answer answer() {
    return answer;
  }

  /** Whether the client did something wrong; else it asked for what the proxy answers itself. */
  boolean isFailure() {
    return answer.status() >= 400 && answer.status() != 404;
  }

  /** What is counted; that there was no room is no fault of the client's. */
  Failure failure() {
    String reason = String.valueOf(getMessage());
    return answer.status() == 503
        ? new Failure.NoRoom(reason)
        : new Failure.ClientFault(answer.status(), reason);
  }

  /** Whether the connection ends with the answer. */
  boolean closing() {
    return connection != Connection.STAYS;
  }
}
