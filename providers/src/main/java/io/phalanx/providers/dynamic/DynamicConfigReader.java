package io.phalanx.providers.dynamic;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.TomlReader;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** Reads the text of a dynamic configuration, in the format that the name of its source tells. */
public final class DynamicConfigReader {
  private DynamicConfigReader() {}

  /**
   * @param unreadable whether the text as a whole could not be read
   */
  public record Result(Decoded<DynamicConfig> decoded, boolean unreadable) {}

  /**
   * An object with a mistake is left out; but where the default TLS options are left out the
   * built-in ones would count, and let in whom the author did not want.
   */
  private static DynamicConfig withoutLaxDefaults(DynamicConfig config, List<Problem> problems) {
    String options = "tls.options";
    boolean broken =
        problems.stream()
            .map(Problem::path)
            .anyMatch(
                path ->
                    path.equals("tls")
                        || path.equals(options)
                        || (path + '.').startsWith(options + '.' + Tls.DEFAULT + '.'));
    if (!broken) {
      return config;
    }
    var all = new LinkedHashMap<>(config.tls().options());
    all.put(Tls.DEFAULT, Tls.Options.REFUSING);
    return config.with(new Tls(config.tls().certificates(), all, config.tls().stores()));
  }

  /**
   * @param source a file name; {@code .toml} and {@code .json} are what they say, all others YAML
   */
  public static Result read(String source, String text) {
    if (format(source) == Format.YAML) {
      // Lines are of use to mistakes only, as is a tree, which is larger than what is decoded.
      Decoded<DynamicConfig> quick =
          YamlReader.decode(source, text, MiddlewareTypes.DECODER, DynamicConfig.class);
      if (quick.problems().isEmpty()) {
        return new Result(quick, false);
      }
    }
    return decoded(parsed(source, text));
  }

  /** What stands in the text, with the places of all of it. */
  public static Tree.Mapping tree(String source, String text) {
    return parsed(source, text).tree();
  }

  private enum Format {
    YAML,
    TOML,
    JSON
  }

  private static Format format(String source) {
    String name = source.toLowerCase(Locale.ROOT);
    return name.endsWith(".toml")
        ? Format.TOML
        : name.endsWith(".json") ? Format.JSON : Format.YAML;
  }

  private static Parsed parsed(String source, String text) {
    return switch (format(source)) {
      case YAML -> YamlReader.read(source, text);
      case TOML -> TomlReader.read(source, text);
      case JSON -> JsonReader.read(source, text);
    };
  }

  private static Result decoded(Parsed parsed) {
    Decoded<DynamicConfig> decoded =
        MiddlewareTypes.DECODER.decode(parsed.tree(), DynamicConfig.class);
    var problems = new ArrayList<>(parsed.problems());
    problems.addAll(decoded.problems());
    boolean unreadable = !parsed.problems().isEmpty() && parsed.tree().entries().isEmpty();
    return new Result(
        new Decoded<>(
            decoded.value().map(config -> withoutLaxDefaults(config, problems)), problems),
        unreadable);
  }
}
