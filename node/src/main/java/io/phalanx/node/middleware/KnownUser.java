package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import java.util.Optional;

/** What a server gets of credentials, and what a client without any. */
final class KnownUser {
  static final HeaderName AUTHORIZATION = HeaderName.of("Authorization");

  private static final HeaderName CHALLENGE = HeaderName.of("WWW-Authenticate");
  private static final Answer.Field PLAIN_TEXT =
      new Answer.Field(HeaderName.of("Content-Type"), "text/plain");

  private final Optional<HeaderName> field;
  private final boolean removesCredentials;

  /**
   * @param field the header that tells the server the user's name
   * @param removesCredentials whether the server does not get {@code Authorization}
   * @throws IllegalArgumentException if there can be no header of that name
   */
  KnownUser(Optional<String> field, boolean removesCredentials) {
    this.field =
        field
            .filter(name -> !name.isEmpty())
            .map(
                name -> {
                  if (!HeaderName.isToken(name)) {
                    throw new IllegalArgumentException(
                        "headerField \"" + name + "\" is no name of a header");
                  }
                  HeaderName header = HeaderName.of(name);
                  if (header.equals(HeaderName.HOST) || AuthHead.isOfConnection(name)) {
                    throw new IllegalArgumentException(
                        "headerField \""
                            + name
                            + "\" says where a message goes or ends, or how it is sent");
                  }
                  return header;
                });
    this.removesCredentials = removesCredentials;
  }

  /** Lets a user pass. The head is edited on the request's own thread. */
  Verdict enter(String name) {
    return new Verdict.Enclose(
        (exchange, behind) -> {
          edit(exchange.request(), name);
          behind.handle(exchange);
        });
  }

  private void edit(RequestHead request, String name) {
    field.ifPresent(header -> request.headers().set(header, name));
    if (removesCredentials) {
      request.headers().remove(AUTHORIZATION);
    }
  }

  /** 401 with Traefik's text. */
  static Verdict refused(String challenge) {
    return new Verdict.Respond(
        Answer.text(401, "401 Unauthorized\n", new Answer.Field(CHALLENGE, challenge), PLAIN_TEXT));
  }

  /** A configured text as a quoted string (RFC 9110, section 5.6.4). */
  static String quoted(String option, String text) {
    return '"' + HeaderText.of(option, text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
