package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;

/**
 * Sends a client elsewhere: GET gets 301 or 302, other methods, HEAD too, 308 or 307, so that they
 * are repeated as they were.
 */
final class Redirection {
  private Redirection() {}

  static Verdict to(String location, RequestHead request, boolean permanent) {
    boolean get = request.method().equals("GET");
    Answer.Field field = new Answer.Field(HeaderName.LOCATION, location);
    return new Verdict.Respond(
        permanent
            ? get
                ? Answer.text(301, "Moved Permanently", field)
                : Answer.text(308, "Permanent Redirect", field)
            : get
                ? Answer.text(302, "Found", field)
                : Answer.text(307, "Temporary Redirect", field));
  }
}
