package io.phalanx.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.JsonReader;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The settings of a file as one word of a command: JSON in Base64 for URLs. Whoever gives the
 * command reads the file, which the node need not be able to, and is told its mistakes with their
 * lines.
 */
final class SettingsWord {
  private static final int MAX_CHARACTERS = 3 << 20;

  private SettingsWord() {}

  /**
   * @throws NodeStarter.RefusedException if there are mistakes in the file; the environment does
   *     not count
   * @throws IOException if there is too much in it
   */
  static String read(Path file) throws IOException, NodeStarter.RefusedException {
    var starter = new NodeStarter(Map.of(), Path.of("").toAbsolutePath());
    Tree.Mapping tree = starter.settings(List.of("--configFile=" + file)).tree();
    String word =
        Base64.getUrlEncoder().withoutPadding().encodeToString(Encoder.json(tree).getBytes(UTF_8));
    if (word.length() > MAX_CHARACTERS) {
      throw new IOException(file + " is too large for settings");
    }
    return word;
  }

  /**
   * @throws IOException if it is none
   */
  static Tree.Mapping decode(String word) throws IOException {
    try {
      Parsed parsed =
          JsonReader.readEncoded(
              "settings", new String(Base64.getUrlDecoder().decode(word), UTF_8));
      if (parsed.problems().isEmpty() && !parsed.tree().entries().isEmpty()) {
        return parsed.tree();
      }
      throw new IOException(
          "no settings came: "
              + parsed.problems().stream().findFirst().map(Problem::toString).orElse("nothing"));
    } catch (IllegalArgumentException e) {
      throw new IOException("no settings came", e);
    }
  }
}
