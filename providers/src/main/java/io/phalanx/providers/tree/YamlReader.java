package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * YAML 1.2 of one document, with anchors, aliases and merge keys as Go's YAML has them, which
 * Traefik's users write. A key whose value is null is as if it were not there; a key that stands
 * twice in one block is a mistake. Blocks have the place of the key that they belong to.
 *
 * <p>Trees are grown from the parser's events, so that depth and size are bounded before memory is
 * taken for them. What aliases refer to is shared, and counts each time.
 */
public final class YamlReader {
  /**
   * Characters that the parser buffers. With fewer it copies a long word again and again, for
   * minutes; more are six bytes each that outlive the collections of what is new.
   */
  private static final int MOST_BUFFERED = 1 << 18;

  /** What an anchor marks, and what it counts where an alias refers to it. */
  private record Anchored(Optional<Tree> tree, int values, int height) {}

  private final String source;
  private final Iterator<Event> events;
  private final Mistakes mistakes = new Mistakes();
  private final Map<Anchor, Anchored> anchors = new HashMap<>();
  private int values;
  private int deepest;
  private Place last;

  private YamlReader(String source, Iterator<Event> events) {
    this.source = source;
    this.last = new Place(source, 0);
    this.events = events;
  }

  public static Parsed read(String source, String text) {
    return read(source, text, true, YamlReader::read, Parsed::refused);
  }

  /**
   * Decodes a text in half the time and without a tree of all of it, for what will have no
   * mistakes: where it has any, or a merge key among its objects, there are problems, but they have
   * no lines and need not be those that {@link #read} shows.
   */
  public static <T extends Record> Decoded<T> decode(
      String source, String text, Decoder decoder, Class<T> type) {
    return read(
        source,
        text,
        false,
        reader -> reader.decode(decoder, type),
        problem -> new Decoded<>(Optional.empty(), List.of(problem)));
  }

  /** What is made of a text. */
  @FunctionalInterface
  private interface Reading<R> {
    R of(YamlReader reader) throws OverLimitException;
  }

  private static <R> R read(
      String source,
      String text,
      boolean withLines,
      Reading<R> reading,
      Function<Problem, R> refused) {
    if (text.length() > ReadLimits.MAX_CHARACTERS) {
      return refused.apply(
          new Problem(source, 0, "", "longer than " + ReadLimits.MAX_CHARACTERS + " characters"));
    }
    var settings =
        LoadSettings.builder()
            .setBufferSize(Math.min(text.length() + 1, MOST_BUFFERED))
            .setCodePointLimit(ReadLimits.MAX_CHARACTERS)
            .setUseMarks(withLines)
            .build();
    try {
      return reading.of(new YamlReader(source, new Parse(settings).parseString(text).iterator()));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      return refused.apply(new Problem(source, line, "", "not valid YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      return refused.apply(new Problem(source, 0, "", "not valid YAML: " + e.getMessage()));
    } catch (OverLimitException e) {
      return refused.apply(e.problem());
    }
  }

  private Parsed read() throws OverLimitException {
    events.next(); // The stream begins.
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return Parsed.of(Tree.Mapping.EMPTY);
    }
    Event first = events.next();
    Optional<Tree> root = tree(first, place(first), 1);
    events.next(); // The document ends.
    Optional<Problem> more = secondDocument();
    if (more.isPresent()) {
      return Parsed.refused(more.get());
    }
    if (root.orElse(Tree.Mapping.EMPTY) instanceof Tree.Mapping mapping) {
      return new Parsed(mapping, mistakes.inOrder());
    }
    return Parsed.refused(place(first).problem("", "a block of keys is expected"));
  }

  private Optional<Problem> secondDocument() {
    Event behind = events.next();
    return behind.getEventId() == Event.ID.StreamEnd
        ? Optional.empty()
        : Optional.of(
            place(behind).problem("", "a second document begins; a file is one document"));
  }

  private <T extends Record> Decoded<T> decode(Decoder decoder, Class<T> type)
      throws OverLimitException {
    events.next(); // The stream begins.
    if (events.next().getEventId() == Event.ID.StreamEnd) {
      return decoder.decode(Tree.Mapping.EMPTY, type);
    }
    Decoded<T> decoded = decoder.decode(new Stream(), type);
    var problems = new ArrayList<>(decoded.problems());
    problems.addAll(mistakes.inOrder());
    secondDocument().ifPresent(problems::add);
    return new Decoded<>(decoded.value(), problems);
  }

  /** The document, value after value. */
  private final class Stream implements ValueStream {
    private Event next = events.next();
    private int depth = 1;

    @Override
    public boolean enter() throws OverLimitException {
      if (!(next instanceof MappingStartEvent block) || block.getAnchor().isPresent()) {
        return false;
      }
      count(1, depth, place(next));
      depth++;
      next = events.next();
      return true;
    }

    @Override
    public Optional<String> key() throws OverLimitException {
      while (next.getEventId() != Event.ID.MappingEnd) {
        boolean isMerge = isMergeKey(next);
        Place place = place(next);
        if (value().orElse(Tree.Mapping.EMPTY) instanceof Tree.Scalar key && !isMerge) {
          return Optional.of(key.text());
        }
        mistakes.add(place.problem("", "a key must be text"));
        value();
      }
      depth--;
      next = events.next();
      return Optional.empty();
    }

    @Override
    public Optional<Tree> value() throws OverLimitException {
      Optional<Tree> value = tree(next, place(next), depth);
      next = events.next();
      return value;
    }
  }

  /**
   * The value that begins with an event; empty for null.
   *
   * @param place where it is, if it is a block or a list
   */
  private Optional<Tree> tree(Event event, Place place, int depth) throws OverLimitException {
    count(1, depth, place(event));
    if (event instanceof AliasEvent alias) {
      return referred(alias, depth);
    }
    int valuesBefore = values - 1;
    int deepestBefore = deepest;
    deepest = depth;
    Optional<Tree> tree =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event);
          case SequenceStart -> Optional.of(sequence(place, depth));
          case MappingStart -> Optional.of(mapping(place, depth));
          case Alias,
              Comment,
              DocumentEnd,
              DocumentStart,
              MappingEnd,
              SequenceEnd,
              StreamEnd,
              StreamStart ->
              throw new IllegalStateException("a value begins with " + event.getEventId());
        };
    int height = deepest - depth;
    deepest = Math.max(deepest, deepestBefore);
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(
            anchor -> anchors.put(anchor, new Anchored(tree, values - valuesBefore, height)));
    return tree;
  }

  private void count(int more, int depth, Place place) throws OverLimitException {
    values += more;
    if (values > ReadLimits.MAX_VALUES) {
      throw new OverLimitException(
          place, "has more than " + ReadLimits.MAX_VALUES + " values, aliases followed");
    }
    if (depth > ReadLimits.MAX_DEPTH) {
      throw new OverLimitException(
          place, "blocks are nested more than " + ReadLimits.MAX_DEPTH + " deep");
    }
    deepest = Math.max(deepest, depth);
  }

  private Optional<Tree> referred(AliasEvent alias, int depth) throws OverLimitException {
    Anchored anchored = anchors.get(alias.getAlias());
    if (anchored == null) {
      mistakes.add(
          place(alias)
              .problem("", "*" + alias.getAlias() + " refers to no anchor that stands before it"));
      return Optional.empty();
    }
    count(anchored.values(), depth + anchored.height(), place(alias));
    return anchored.tree();
  }

  private Optional<Tree> scalar(ScalarEvent scalar) {
    boolean isNull =
        scalar.isPlain()
            && switch (scalar.getValue()) {
              case "", "~", "null", "Null", "NULL" -> true;
              default -> false;
            };
    return isNull
        ? Optional.empty()
        : Optional.of(Tree.Scalar.of(scalar.getValue(), place(scalar)));
  }

  private Tree sequence(Place place, int depth) throws OverLimitException {
    var items = new ArrayList<Tree>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      tree(event, place(event), depth + 1).ifPresent(items::add);
    }
    return new Tree.Sequence(items, place);
  }

  private Tree mapping(Place place, int depth) throws OverLimitException {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    var merged = new ArrayList<Tree>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      Place keyPlace = place(event);
      Optional<Tree> key = tree(event, keyPlace, depth + 1);
      Optional<Tree> value = tree(events.next(), keyPlace, depth + 1);
      if (isMergeKey(event)) {
        value.ifPresent(merged::add);
      } else if (key.isPresent() && key.get() instanceof Tree.Scalar name) {
        enter(entries, name.text(), keyPlace, value);
      } else {
        mistakes.add(keyPlace.problem("", "a key must be text"));
      }
    }
    merged.forEach(other -> merge(other, entries));
    return new Tree.Mapping(entries, place);
  }

  private static boolean isMergeKey(Event event) {
    return event instanceof ScalarEvent scalar
        && scalar.isPlain()
        && scalar.getValue().equals("<<");
  }

  private void enter(
      Map<String, Tree.Entry> entries, String key, Place keyPlace, Optional<Tree> value) {
    Tree.Entry before = entries.get(key);
    if (before != null) {
      mistakes.add(
          keyPlace.problem(
              "",
              "key \""
                  + key
                  + "\" stands here a second time, first in line "
                  + before.keyPlace().line()));
    } else {
      value.ifPresent(tree -> entries.put(key, new Tree.Entry(keyPlace, tree)));
    }
  }

  /**
   * A merge key brings in what is not given beside it; of a list the first block has precedence.
   */
  private void merge(Tree other, SequencedMap<String, Tree.Entry> entries) {
    switch (other) {
      case Tree.Mapping block -> block.entries().forEach(entries::putIfAbsent);
      case Tree.Sequence(List<Tree> items, Place _)
          when items.stream().allMatch(Tree.Mapping.class::isInstance) ->
          items.forEach(item -> merge(item, entries));
      case Tree.Sequence _, Tree.Scalar _ ->
          mistakes.add(other.place().problem("", "<< takes a block or a list of blocks"));
    }
  }

  private Place place(Event event) {
    int line = event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    if (last.line() != line) {
      last = new Place(source, line);
    }
    return last;
  }
}
