package io.phalanx.node.mediatype;

import java.util.Locale;

/** Media types as they are compared. */
public final class MediaTypes {
  private MediaTypes() {}

  /** Type and subtype in lower case, without parameters. */
  public static String of(String value) {
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }
}
