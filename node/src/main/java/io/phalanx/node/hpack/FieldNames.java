package io.phalanx.node.hpack;

import io.phalanx.node.exchange.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names that came or were sent before, so that they need not be made again. What a stranger makes
 * up can only push others out. Belongs to one thread, and serves all its connections.
 */
public final class FieldNames {
  private static final int RECEIVED = 512;
  private static final int SENT = 512;

  private final @Nullable FieldName[] received = new @Nullable FieldName[RECEIVED];
  private final Map<String, FieldName> sent = new HashMap<>();

  /** The name that stands in {@code bytes}. */
  FieldName received(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int slot = (hash ^ (hash >>> 9)) & (RECEIVED - 1);
    FieldName known = received[slot];
    if (known != null && Arrays.equals(known.bytes(), 0, known.length(), bytes, from, to)) {
      return known;
    }
    FieldName made = FieldName.of(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    if (to - from <= HeaderName.LONGEST_KEPT) {
      received[slot] = made;
    }
    return made;
  }

  /** A name that is to be sent, in whatever case it is given. */
  FieldName sent(String text) {
    FieldName known = sent.get(text);
    if (known != null) {
      return known;
    }
    if (text.length() > HeaderName.LONGEST_KEPT) {
      return FieldName.toSend(text.toLowerCase(Locale.ROOT), SENT);
    }
    if (sent.size() >= SENT) {
      sent.clear();
    }
    FieldName made = FieldName.toSend(text.toLowerCase(Locale.ROOT), sent.size());
    sent.put(text, made);
    return made;
  }
}
