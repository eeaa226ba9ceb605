package io.phalanx.node.acme;

import io.phalanx.node.acme.AuthorityException.Kind;
import java.io.InterruptedIOException;
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
          new AuthorityException(
              server.getType().toString().endsWith(":serverInternal")
                  ? Kind.UNREACHABLE
                  : Kind.REFUSED,
              words(server.getProblem()));
      default -> new AuthorityException(Kind.UNREACHABLE, words(failure));
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
