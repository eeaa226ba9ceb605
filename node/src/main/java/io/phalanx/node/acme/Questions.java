package io.phalanx.node.acme;

import io.phalanx.node.acme.AuthorityException.Kind;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Questions to an authority, and what went wrong with them. */
final class Questions {
  private static final int MAX_DEPTH = 10;

  private Questions() {}

  /** What is asked. */
  interface Question<T> {
    T ask() throws AcmeException;
  }

  /** Asks, and tells in our own words what went wrong. */
  static <T> T ask(Question<T> question) throws AuthorityException, InterruptedException {
    try {
      return question.ask();
    } catch (AcmeException e) {
      throw translated(e);
    } catch (AcmeLazyLoadingException e) {
      throw e.getCause() instanceof AcmeException cause
          ? translated(cause)
          : new AuthorityException(Kind.UNREACHABLE, words(e));
    } catch (AcmeProtocolException e) {
      throw new AuthorityException(Kind.UNREACHABLE, "it does not speak ACME: " + words(e));
    }
  }

  private static AuthorityException translated(AcmeException failure) throws InterruptedException {
    if (Thread.interrupted()
        || failure.getCause() instanceof InterruptedException
        || failure.getCause() instanceof InterruptedIOException) {
      throw new InterruptedException();
    }
    return switch (failure) {
      case AcmeRateLimitedException limited ->
          new AuthorityException(Kind.LIMITED, words(limited), limited.getRetryAfter());
      case AcmeServerException server ->
          new AuthorityException(kind(server.getType().toString()), words(server.getProblem()));
      default ->
          new AuthorityException(
              Kind.UNREACHABLE,
              words(failure),
              failure.getCause() instanceof BoundedClient.BusyException busy
                  ? Optional.of(busy.until())
                  : Optional.empty());
    };
  }

  /** Whether it is this very thing that is refused, and something else may not be. */
  static boolean isRefusal(AcmeServerException failure) {
    return !(failure instanceof AcmeRateLimitedException)
        && kind(failure.getType().toString()) == Kind.REFUSED;
  }

  /** By the type of its problem (RFC 8555, section 6.7). */
  private static Kind kind(String type) {
    return switch (type.substring(type.lastIndexOf(':') + 1)) {
      case "serverInternal" -> Kind.UNREACHABLE;
      case "accountDoesNotExist" -> Kind.UNKNOWN;
      default -> Kind.REFUSED;
    };
  }

  private static String words(Throwable failure) {
    Throwable innermost = failure;
    for (int depth = 0; innermost.getCause() != null && depth < MAX_DEPTH; depth++) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null ? innermost.getClass().getSimpleName() : message;
  }

  /** What it says, with what it says of each name. */
  static String words(Problem problem) {
    var text = new StringBuilder(problem.toString());
    for (Problem one : problem.getSubProblems()) {
      text.append("; ").append(one);
    }
    return text.toString();
  }
}
