package io.phalanx.providers;

/**
 * A mistake in a configuration, as it is shown to whoever made it.
 *
 * @param source file, flag, environment variable or label that it came from; empty if none
 * @param line from 1; 0 if there is none
 * @param path the key in question, as {@code http.routers.app.rule}; empty if the mistake is in the
 *     text as a whole
 * @param message what is wrong and, where that can be known, what was meant
 */
public record Problem(String source, int line, String path, String message) {
  @Override
  public String toString() {
    var text = new StringBuilder(source);
    if (line > 0) {
      text.append(':').append(line);
    }
    if (!text.isEmpty()) {
      text.append(": ");
    }
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    return text.append(message).toString();
  }
}
