package io.phalanx.node.middleware;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Header lines to set, or, where the value is empty, to remove. */
final class HeaderEdits {
  private record Edit(HeaderName name, String value) {}

  private final List<Edit> edits = new ArrayList<>();

  HeaderEdits(Map<String, String> values) {
    values.forEach(
        (name, value) -> {
          requireSendable(name, value);
          edits.add(new Edit(HeaderName.of(name), value));
        });
  }

  private static void requireSendable(String name, String value) {
    if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0 || c > 0xff)) {
      throw new IllegalArgumentException(
          "the value of header " + name + " holds a character that may not be sent");
    }
  }

  boolean isEmpty() {
    return edits.isEmpty();
  }

  void apply(Headers headers) {
    for (Edit edit : edits) {
      if (edit.value().isEmpty()) {
        headers.remove(edit.name());
      } else {
        headers.set(edit.name(), edit.value());
      }
    }
  }
}
