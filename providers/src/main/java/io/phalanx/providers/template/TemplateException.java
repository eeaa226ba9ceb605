package io.phalanx.providers.template;

/**
 * A template that cannot be read or rendered. The message names the line, if there is one that is
 * to blame.
 */
public final class TemplateException extends Exception {
  private final int line;
  private final String reason;

  TemplateException(int line, String reason) {
    super(line > 0 ? "line " + line + ": " + reason : reason);
    this.line = line;
    this.reason = reason;
  }

  /** From 1; 0 if the template as a whole is to blame. */
  public int line() {
    return line;
  }

  /** The message without the line. */
  public String reason() {
    return reason;
  }
}
