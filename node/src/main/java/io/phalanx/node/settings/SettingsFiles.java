package io.phalanx.node.settings;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.TomlReader;
import io.phalanx.providers.tree.Tree;
import io.phalanx.providers.tree.YamlReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which file holds the static configuration, and what is in it. */
final class SettingsFiles {
  private static final List<String> NAMES = List.of("phalanx", "traefik");
  private static final List<String> EXTENSIONS = List.of("toml", "yaml", "yml");

  private SettingsFiles() {}

  /**
   * The first of the usual places that has a file: {@code /etc}, the user's configuration
   * directories, the working directory.
   */
  static Optional<Path> usual(Map<String, String> environment, Path workingDirectory) {
    var directories = new ArrayList<Path>();
    NAMES.forEach(name -> directories.add(Path.of("/etc", name)));
    Optional.ofNullable(environment.get("XDG_CONFIG_HOME"))
        .filter(home -> !home.isBlank())
        .ifPresent(home -> directories.add(Path.of(home)));
    Optional.ofNullable(environment.get("HOME"))
        .filter(home -> !home.isBlank())
        .ifPresent(home -> directories.add(Path.of(home, ".config")));
    directories.add(workingDirectory);
    return directories.stream()
        .flatMap(
            directory ->
                NAMES.stream()
                    .flatMap(
                        name ->
                            EXTENSIONS.stream()
                                .map(extension -> directory.resolve(name + '.' + extension))))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  static Parsed read(Path file) {
    String name = file.toString();
    try {
      String text = Files.readString(file);
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (lowerCase.endsWith(".toml")) {
        return TomlReader.read(name, text);
      } else if (lowerCase.endsWith(".json")) {
        return JsonReader.read(name, text);
      } else if (lowerCase.endsWith(".yml") || lowerCase.endsWith(".yaml")) {
        return YamlReader.read(name, text);
      }
      return refused(name, "a configuration file is named .yml, .yaml, .toml or .json");
    } catch (NoSuchFileException _) {
      return refused(name, "there is no such file");
    } catch (MalformedInputException _) {
      return refused(name, "is not UTF-8 text");
    } catch (IOException e) {
      return refused(name, "cannot be read: " + e.getMessage());
    }
  }

  private static Parsed refused(String file, String message) {
    return new Parsed(Tree.Mapping.EMPTY, List.of(new Problem(file, 0, "", message)));
  }
}
