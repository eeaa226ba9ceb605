package io.phalanx.it.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/** Reads and writes the files of the corpus. */
final class Yaml {
  private Yaml() {}

  static Object read(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new JsonSchema())
            .setCodePointLimit(16 << 20)
            .setMaxAliasesForCollections(1000)
            .build();
    Object value = new Load(settings).loadFromString(text);
    return value == null ? Map.of() : value;
  }

  /** JSON is YAML; empty if the text is neither. */
  static Optional<Object> json(String text) {
    try {
      return Optional.of(Comparison.normal(read(text)));
    } catch (YamlEngineException _) {
      return Optional.empty();
    }
  }

  static String write(Object value) {
    return new Dump(DumpSettings.builder().setWidth(160).build()).dumpToString(value);
  }

  static List<Spec> specs(Object value) {
    return value instanceof List<?> list ? list.stream().map(Spec::of).toList() : List.of();
  }
}
