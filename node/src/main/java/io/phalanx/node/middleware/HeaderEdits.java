package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Header lines to set, or, where the value is empty, to remove. */
final class HeaderEdits {
  private record Edit(HeaderName name, String value) {}

  /** These say where a message ends, which is not a configuration's to decide. */
  private static final Set<HeaderName> FRAMING =
      Set.of(HeaderName.of("Content-Length"), HeaderName.of("Transfer-Encoding"));

  private final List<Edit> edits = new ArrayList<>();

  /**
   * @param values by name; those of the message's framing are left out
   * @throws IllegalArgumentException if a name or a value may not be sent
   */
  HeaderEdits(Map<String, String> values) {
    values.forEach(
        (text, value) -> {
          HeaderName name = HeaderName.of(text);
          if (!isFraming(name)) {
            edits.add(new Edit(name, HeaderText.of(text, value)));
          }
        });
  }

  /** Whether a header says where its message ends. */
  static boolean isFraming(HeaderName name) {
    return FRAMING.contains(name);
  }

  boolean isEmpty() {
    return edits.isEmpty();
  }

  void apply(Headers headers) {
    for (int i = 0; i < edits.size(); i++) {
      Edit edit = edits.get(i);
      if (edit.value().isEmpty()) {
        headers.remove(edit.name());
      } else {
        headers.set(edit.name(), edit.value());
      }
    }
  }

  /** The fields of an answer with the edits made. */
  List<Answer.Field> appliedTo(List<Answer.Field> fields) {
    var edited = new ArrayList<>(fields);
    for (Edit edit : edits) {
      edited.removeIf(field -> field.name().equals(edit.name()));
      if (!edit.value().isEmpty()) {
        edited.add(new Answer.Field(edit.name(), edit.value()));
      }
    }
    return edited;
  }
}
