package io.phalanx.cluster.side;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A member was lost, or came, and the others have not said yet who is on which side. Nothing was
 * done; it is to be asked again in a moment.
 */
public final class NotSettled extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Whether that is what went wrong. */
  public static boolean is(@Nullable Throwable failure) {
    return failure instanceof NotSettled
        || (failure instanceof CompletionException && failure.getCause() instanceof NotSettled);
  }

  public NotSettled(String message) {
    super(message, null, false, false);
  }
}
