package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * YAML 1.2, with anchors, aliases and merge keys as Go's YAML has them, which Traefik's users
 * write. A key whose value is null is as if it were not there; a key that stands twice in one block
 * is a mistake.
 */
public final class YamlReader {
  private final String source;
  private final List<Problem> problems = new ArrayList<>();
  private int nodes;

  private YamlReader(String source) {
    this.source = source;
  }

  public static Parsed read(String source, String text) {
    return new YamlReader(source).read(text);
  }

  private Parsed read(String text) {
    var settings =
        LoadSettings.builder()
            .setLabel(source)
            .setCodePointLimit(ReadLimits.MAX_CHARACTERS)
            .setMaxAliasesForCollections(ReadLimits.MAX_ALIASES)
            .setAllowDuplicateKeys(true)
            .build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty() || isNull(root.get())) {
        return Parsed.of(Tree.Mapping.EMPTY);
      }
      if (tree(root.get(), 1) instanceof Tree.Mapping mapping) {
        return new Parsed(mapping, problems);
      }
      return Parsed.refused(
          new Problem(source, line(root.get()), "", "a block of keys is expected"));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      return Parsed.refused(new Problem(source, line, "", "not valid YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      return Parsed.refused(new Problem(source, 0, "", "not valid YAML: " + e.getMessage()));
    } catch (StackOverflowError _) {
      return Parsed.refused(new Problem(source, 0, "", "blocks are nested too deeply"));
    }
  }

  private Tree tree(Node node, int depth) {
    if (depth > ReadLimits.MAX_DEPTH) {
      throw new YamlEngineException(
          "blocks are nested more than " + ReadLimits.MAX_DEPTH + " deep");
    }
    if (++nodes > ReadLimits.MAX_NODES) {
      throw new YamlEngineException(
          "aliases make this more than " + ReadLimits.MAX_NODES + " values");
    }
    Place place = new Place(source, line(node));
    return switch (node) {
      case ScalarNode scalar -> new Tree.Scalar(scalar.getValue(), place);
      case SequenceNode sequence -> {
        var items = new ArrayList<Tree>();
        for (Node item : sequence.getValue()) {
          if (!isNull(item)) {
            items.add(tree(item, depth + 1));
          }
        }
        yield new Tree.Sequence(items, place);
      }
      case MappingNode mapping -> new Tree.Mapping(entries(mapping, depth), place);
      default -> throw new YamlEngineException("an alias that has no anchor");
    };
  }

  private SequencedMap<String, Tree.Entry> entries(MappingNode mapping, int depth) {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    var merged = new ArrayList<Node>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(new Problem(source, line(tuple.getKeyNode()), "", "a key must be text"));
        continue;
      }
      if (key.getValue().equals("<<") && key.getScalarStyle() == ScalarStyle.PLAIN) {
        merged.add(tuple.getValueNode());
      } else if (entries.containsKey(key.getValue())) {
        problems.add(
            new Problem(
                source,
                line(key),
                "",
                "key \""
                    + key.getValue()
                    + "\" stands here a second time, first in line "
                    + entries.get(key.getValue()).keyPlace().line()));
      } else if (!isNull(tuple.getValueNode())) {
        entries.put(
            key.getValue(),
            new Tree.Entry(new Place(source, line(key)), tree(tuple.getValueNode(), depth + 1)));
      }
    }
    merged.forEach(node -> merge(node, entries, depth));
    return entries;
  }

  /** A merge key brings in what is not given beside it. */
  private void merge(Node node, SequencedMap<String, Tree.Entry> entries, int depth) {
    switch (tree(node, depth + 1)) {
      case Tree.Mapping other -> other.entries().forEach(entries::putIfAbsent);
      case Tree.Sequence(List<Tree> items, Place _) -> {
        for (Tree item : items) {
          if (item instanceof Tree.Mapping other) {
            other.entries().forEach(entries::putIfAbsent);
          }
        }
      }
      case Tree.Scalar(String _, Place place) ->
          problems.add(place.problem("", "<< takes a block or a list of blocks"));
    }
  }

  private static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && switch (scalar.getValue()) {
          case "", "~", "null", "Null", "NULL" -> true;
          default -> false;
        };
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }
}
