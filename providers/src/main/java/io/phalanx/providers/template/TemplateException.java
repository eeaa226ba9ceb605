package io.phalanx.providers.template;

/** A template that cannot be read or rendered. The message names the line, from 1. */
public final class TemplateException extends Exception {
  private final int line;

  TemplateException(int line, String message) {
    super("line " + line + ": " + message);
    this.line = line;
  }

  public int line() {
    return line;
  }
}
