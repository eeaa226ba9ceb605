package io.phalanx.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.settings.Settings;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.tree.DidYouMean;
import io.phalanx.providers.tree.Encoder;
import io.phalanx.providers.tree.NotServed;
import io.phalanx.providers.tree.ReadLimits;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which of the two kinds of configuration a file is; its keys tell. */
enum FileKind {
  STATIC,
  DYNAMIC;

  private static final List<String> DYNAMIC_KEYS = DynamicConfig.ROOT_KEYS;
  private static final List<String> STATIC_KEYS = staticKeys();

  private static List<String> staticKeys() {
    var keys = new ArrayList<>(Encoder.keys(Settings.class));
    Optional.ofNullable(Settings.class.getAnnotation(NotServed.class))
        .ifPresent(notServed -> keys.addAll(List.of(notServed.value())));
    return keys;
  }

  /**
   * By the file's text as it stands, as far as it can be read: what is wrong with it, its reader
   * tells. Only dynamic files are templates, so one of which no key can be read is dynamic.
   */
  static FileKind of(Path file) {
    Collection<String> keys;
    try {
      if (Files.size(file) > ReadLimits.MAX_CHARACTERS) {
        return DYNAMIC;
      }
      // Every byte is a character of this, whatever the file really is.
      keys = keys(file, Files.readString(file, ISO_8859_1));
    } catch (IOException _) {
      return DYNAMIC;
    }
    if (holdsOneOf(keys, DYNAMIC_KEYS) || keys.isEmpty()) {
      return DYNAMIC;
    } else if (holdsOneOf(keys, STATIC_KEYS)) {
      return STATIC;
    }
    boolean nearlyDynamic =
        keys.stream().anyMatch(key -> !DidYouMean.among(key, DYNAMIC_KEYS).isEmpty());
    return nearlyDynamic ? DYNAMIC : STATIC;
  }

  private static Collection<String> keys(Path file, String text) {
    Tree.Mapping tree = DynamicConfigReader.tree(file.toString(), text);
    return tree.entries().keySet();
  }

  private static boolean holdsOneOf(Collection<String> keys, List<String> known) {
    return keys.stream().anyMatch(key -> known.stream().anyMatch(key::equalsIgnoreCase));
  }
}
