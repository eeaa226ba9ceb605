package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/**
 * TOML 1.0. All mistakes of syntax that the parser can go on after are told at once. Numbers and
 * dates are read by TOML's rules and come in their plain form ({@code 1_000} as {@code 1000}).
 */
public final class TomlReader {
  private final String source;
  private final List<String> lines;

  private TomlReader(String source, String text) {
    this.source = source;
    this.lines = text.lines().toList();
  }

  public static Parsed read(String source, String text) {
    if (text.length() > ReadLimits.MAX_TOML_CHARACTERS) {
      return Parsed.refused(
          new Problem(
              source, 0, "", "longer than " + ReadLimits.MAX_TOML_CHARACTERS + " characters"));
    }
    try {
      return new TomlReader(source, text).read(text);
    } catch (OverLimitException e) {
      return Parsed.refused(e.problem());
    }
  }

  private Parsed read(String text) throws OverLimitException {
    // The parser is recursive: what would overflow its stack is refused before it sees it.
    if (TomlNesting.deepest(text) > ReadLimits.MAX_DEPTH) {
      throw tooDeep(0);
    }
    TomlParseResult result;
    try {
      result = Toml.parse(text, TomlVersion.V1_0_0);
    } catch (AssertionError | RuntimeException e) {
      // The parser takes some malformed escapes in keys for a mistake of its own.
      return Parsed.refused(
          new Problem(source, 0, "", "not valid TOML; is an escape in a key malformed? " + e));
    }
    if (!result.hasErrors()) {
      return Parsed.of(table(result, 1, 1));
    }
    var mistakes = new Mistakes();
    for (TomlParseError error : result.errors()) {
      mistakes.add(
          new Problem(
              source, error.position().line(), "", "not valid TOML: " + error.getMessage()));
    }
    return new Parsed(Tree.Mapping.EMPTY, mistakes.inOrder());
  }

  private OverLimitException tooDeep(int line) {
    return new OverLimitException(
        new Place(source, line), "blocks are nested more than " + ReadLimits.MAX_DEPTH + " deep");
  }

  private Tree.Mapping table(TomlTable table, int line, int depth) throws OverLimitException {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    for (String key : table.keySet()) {
      List<String> path = List.of(key);
      TomlPosition position = table.inputPositionOf(path);
      int keyLine = position == null ? line : position.line();
      Object value = table.get(path);
      if (value != null) {
        entries.put(
            key, new Tree.Entry(new Place(source, keyLine), value(value, keyLine, depth + 1)));
      }
    }
    return new Tree.Mapping(entries, new Place(source, line));
  }

  /** The parser tells where the comma before an item is; the item may come lines later. */
  private int lineOf(TomlArray array, int item, int lineOfArray) {
    TomlPosition comma = array.inputPositionOf(item);
    if (comma == null) {
      return lineOfArray;
    }
    int line = comma.line();
    String rest =
        lines.get(line - 1).substring(Math.min(comma.column() - 1, lines.get(line - 1).length()));
    while ((rest.isBlank() || rest.stripLeading().startsWith("#")) && line < lines.size()) {
      rest = lines.get(line++);
    }
    return line;
  }

  private Tree value(Object value, int line, int depth) throws OverLimitException {
    if (depth > ReadLimits.MAX_DEPTH) {
      throw tooDeep(line);
    }
    return switch (value) {
      case TomlTable table -> table(table, line, depth);
      case TomlArray array -> {
        var items = new ArrayList<Tree>();
        for (int i = 0; i < array.size(); i++) {
          items.add(value(array.get(i), lineOf(array, i, line), depth + 1));
        }
        yield new Tree.Sequence(items, new Place(source, line));
      }
      default -> Tree.Scalar.of(value.toString(), new Place(source, line));
    };
  }
}
