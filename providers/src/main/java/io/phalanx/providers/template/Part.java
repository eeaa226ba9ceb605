package io.phalanx.providers.template;

import java.util.List;
import java.util.Optional;

/** A piece of a template. */
sealed interface Part {
  record Text(String text) implements Part {}

  record Print(Expression value) implements Part {}

  /** {@code $name := value}, or {@code $name = value} for a variable that exists. */
  record Assign(String name, boolean declares, Expression value, int line) implements Part {}

  record If(Expression condition, List<Part> then, List<Part> otherwise) implements Part {}

  record With(Optional<String> variable, Expression value, List<Part> then, List<Part> otherwise)
      implements Part {}

  /** {@code range $key, $item := value}; both names may be missing. */
  record Range(
      Optional<String> key,
      Optional<String> item,
      Expression value,
      List<Part> body,
      List<Part> otherwise)
      implements Part {}
}
