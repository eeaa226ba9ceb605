package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/** TOML 1.0. All mistakes of syntax are told at once. */
public final class TomlReader {
  private final String source;

  private TomlReader(String source) {
    this.source = source;
  }

  public static Parsed read(String source, String text) {
    return new TomlReader(source).read(text);
  }

  private Parsed read(String text) {
    if (text.length() > ReadLimits.MAX_CHARACTERS) {
      return Parsed.refused(
          new Problem(source, 0, "", "longer than " + ReadLimits.MAX_CHARACTERS + " characters"));
    }
    if (nestsTooDeeply(text)) {
      return Parsed.refused(
          new Problem(
              source, 0, "", "blocks are nested more than " + ReadLimits.MAX_DEPTH + " deep"));
    }
    TomlParseResult result = Toml.parse(text, TomlVersion.V1_0_0);
    List<Problem> problems =
        result.errors().stream()
            .map(
                error ->
                    new Problem(
                        source,
                        error.position().line(),
                        "",
                        "not valid TOML: " + error.getMessage()))
            .toList();
    return problems.isEmpty()
        ? Parsed.of(table(result, 1))
        : new Parsed(Tree.Mapping.EMPTY, problems);
  }

  /** The parser is recursive: what would overflow its stack is refused before it sees it. */
  private static boolean nestsTooDeeply(String text) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '[', '{' -> deepest = Math.max(deepest, ++depth);
        case ']', '}' -> depth = Math.max(0, depth - 1);
        default -> {}
      }
    }
    return deepest > ReadLimits.MAX_DEPTH;
  }

  private Tree.Mapping table(TomlTable table, int line) {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    for (String key : table.keySet()) {
      List<String> path = List.of(key);
      TomlPosition position = table.inputPositionOf(path);
      int keyLine = position == null ? line : position.line();
      Object value = table.get(path);
      if (value != null) {
        entries.put(key, new Tree.Entry(new Place(source, keyLine), value(value, keyLine)));
      }
    }
    return new Tree.Mapping(entries, new Place(source, line));
  }

  private Tree value(Object value, int line) {
    return switch (value) {
      case TomlTable table -> table(table, line);
      case TomlArray array -> {
        var items = new ArrayList<Tree>();
        for (int i = 0; i < array.size(); i++) {
          TomlPosition position = array.inputPositionOf(i);
          items.add(value(array.get(i), position == null ? line : position.line()));
        }
        yield new Tree.Sequence(items, new Place(source, line));
      }
      default -> new Tree.Scalar(value.toString(), new Place(source, line));
    };
  }
}
