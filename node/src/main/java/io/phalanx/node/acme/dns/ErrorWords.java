package io.phalanx.node.acme.dns;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What providers say in the errors that they answer with. */
final class ErrorWords {
  private static final Set<String> CONTAINERS = Set.of("errors", "error", "error_chain", "details");
  private static final Set<String> TEXTS = Set.of("message", "error", "cause", "description");
  private static final int MAX_DEPTH = 5;
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]{1,4000})</Message>");

  private ErrorWords() {}

  /** Its messages; all of it if it has none. */
  static String of(JsonNode answer) {
    var words = new LinkedHashSet<String>();
    collect(answer, words, 0);
    return words.isEmpty() ? answer.toString() : String.join("; ", words);
  }

  /** Its messages in XML; all of it if it is something else. */
  static String ofText(String answer) {
    String words =
        MESSAGE
            .matcher(answer)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.joining("; "));
    return words.isEmpty() ? answer : words;
  }

  private static void collect(JsonNode node, Set<String> words, int depth) {
    if (depth > MAX_DEPTH) {
      return;
    }
    if (node.isArray()) {
      node.forEach(one -> collect(one, words, depth + 1));
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              property -> {
                if (TEXTS.contains(property.getKey()) && property.getValue().isString()) {
                  words.add(property.getValue().asString());
                } else if (CONTAINERS.contains(property.getKey())) {
                  collect(property.getValue(), words, depth + 1);
                }
              });
    }
  }
}
