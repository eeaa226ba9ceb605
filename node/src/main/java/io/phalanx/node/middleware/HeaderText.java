package io.phalanx.node.middleware;

import java.nio.charset.StandardCharsets;

/** Header values from a configuration. */
public final class HeaderText {
  private HeaderText() {}

  /**
   * A configured value as it is sent: its UTF-8 bytes, one character each.
   *
   * @param option what the value was given for, for the message
   * @throws IllegalArgumentException if it holds a control character other than a tab (RFC 9110,
   *     section 5.5)
   */
  public static String of(String option, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw new IllegalArgumentException(
            "%s: the value holds the control character U+%04X".formatted(option, (int) c));
      }
    }
    return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
