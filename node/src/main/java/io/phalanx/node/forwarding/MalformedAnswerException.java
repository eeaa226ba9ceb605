package io.phalanx.node.forwarding;

/**
 * What a server sent is not an HTTP/1.1 message. Carries no stack trace: the reason says it all.
 */
final class MalformedAnswerException extends Exception {
  MalformedAnswerException(String reason) {
    super(reason, null, false, false);
  }
}
