package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import io.phalanx.secrets.OffHeap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * JSON (RFC 8259). Null is as if it were not there; a name that stands twice in one object is a
 * mistake. Objects and arrays have the place of the name that they belong to. The first mistake of
 * syntax is the only one told: behind it nothing is certain.
 */
public final class JsonReader {
  private static final JsonFactory GIVEN =
      factory(ReadLimits.MAX_CHARACTERS, ReadLimits.MAX_DEPTH, 2L * ReadLimits.MAX_VALUES);

  /** The encoder puts blocks around what was given, so its text is somewhat deeper. */
  private static final JsonFactory ENCODED =
      factory(ReadLimits.MAX_ENCODED_BYTES, ReadLimits.MAX_DEPTH + 10, Long.MAX_VALUE);

  private final String source;
  private Place last;

  private JsonReader(String source) {
    this.source = source;
    this.last = new Place(source, 1);
  }

  private static JsonFactory factory(int characters, int depth, long tokens) {
    // A pool would keep the buffers, and what was a secret in them.
    return JsonFactory.builder()
        .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxDocumentLength(characters)
                .maxStringLength(characters)
                .maxTokenCount(tokens)
                .build())
        .build();
  }

  /** Text that came from outside, within {@link ReadLimits}. */
  public static Parsed read(String source, String text) {
    if (text.length() > ReadLimits.MAX_CHARACTERS) {
      return Parsed.refused(
          new Problem(source, 0, "", "longer than " + ReadLimits.MAX_CHARACTERS + " characters"));
    }
    return new JsonReader(source).read(() -> GIVEN.createParser(ObjectReadContext.empty(), text));
  }

  /** Text that {@link Encoder#json} made, of at most that many characters as it makes. */
  public static Parsed readEncoded(String source, String text) {
    return new JsonReader(source).read(() -> ENCODED.createParser(ObjectReadContext.empty(), text));
  }

  /**
   * An object of which one member was decoded while it was read, since it is too large for a tree.
   *
   * @param parts what stands in that member, by its name there
   * @param rest all other members
   */
  public record Partly<T extends Record>(SequencedMap<String, Decoded<T>> parts, Parsed rest) {
    public Partly {
      parts = Collections.unmodifiableSequencedMap(parts);
    }
  }

  /**
   * The same in UTF-8.
   *
   * @param member an object of objects that are records of a type
   */
  public static <T extends Record> Partly<T> readEncoded(
      String source, OffHeap text, String member, Decoder decoder, Class<T> type) {
    var parts = new LinkedHashMap<String, Decoded<T>>();
    var reader = new JsonReader(source);
    Parsed rest =
        reader.read(
            () -> ENCODED.createParser(ObjectReadContext.empty(), text.stream()),
            parser ->
                reader.without(
                    member,
                    reader.new Stream(parser),
                    (name, stream) -> parts.put(name, decoder.decode(stream, type))));
    return new Partly<>(parts, rest);
  }

  /** Reads what stands at a name, from its first token to its last. */
  @FunctionalInterface
  private interface Part {
    void read(String name, ValueStream text) throws OverLimitException;
  }

  private Optional<Tree> without(String member, ValueStream text, Part part)
      throws OverLimitException {
    if (!text.enter()) {
      return text.value();
    }
    var rest = new LinkedHashMap<String, Tree.Entry>();
    for (Optional<String> next = text.key(); next.isPresent(); next = text.key()) {
      String key = next.get();
      if (key.equals(member) && text.enter()) {
        for (Optional<String> name = text.key(); name.isPresent(); name = text.key()) {
          part.read(name.get(), text);
        }
      } else {
        text.value().ifPresent(value -> rest.put(key, new Tree.Entry(last, value)));
      }
    }
    return Optional.of(new Tree.Mapping(rest, last));
  }

  /** What the parser reads, value after value; at the last token of what was read before. */
  private final class Stream implements ValueStream {
    private final JsonParser parser;

    Stream(JsonParser parser) {
      this.parser = parser;
    }

    @Override
    public boolean enter() {
      return parser.currentToken() == JsonToken.START_OBJECT;
    }

    @Override
    public Optional<String> key() {
      if (parser.nextToken() == JsonToken.END_OBJECT) {
        return Optional.empty();
      }
      String key = parser.currentName();
      parser.nextToken();
      return Optional.of(key);
    }

    @Override
    public Optional<Tree> value() {
      return tree(parser, place(parser));
    }
  }

  /** Makes a tree of a text that begins, from its first token to its last. */
  @FunctionalInterface
  private interface Root {
    Optional<Tree> read(JsonParser parser) throws OverLimitException;
  }

  private Parsed read(Supplier<JsonParser> opened) {
    return read(opened, parser -> tree(parser, place(parser)));
  }

  private Parsed read(Supplier<JsonParser> opened, Root root) {
    try (JsonParser parser = opened.get()) {
      if (parser.nextToken() == null) {
        return Parsed.of(Tree.Mapping.EMPTY);
      }
      Optional<Tree> tree = root.read(parser);
      if (parser.nextToken() != null) {
        return Parsed.refused(
            new Problem(
                source, line(parser), "", "not valid JSON: there is something behind its end"));
      }
      if (tree.orElse(Tree.Mapping.EMPTY) instanceof Tree.Mapping mapping) {
        return Parsed.of(mapping);
      }
      return Parsed.refused(new Problem(source, 1, "", "an object is expected"));
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
      return Parsed.refused(
          new Problem(source, line, "", "not valid JSON: " + e.getOriginalMessage()));
    } catch (OverLimitException e) {
      return Parsed.refused(e.problem());
    }
  }

  /**
   * The value at which the parser is.
   *
   * @param place where it is, if it is an object or an array
   */
  private Optional<Tree> tree(JsonParser parser, Place place) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var entries = new LinkedHashMap<String, Tree.Entry>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          Place keyPlace = place(parser);
          parser.nextToken();
          tree(parser, keyPlace)
              .ifPresent(value -> entries.put(key, new Tree.Entry(keyPlace, value)));
        }
        yield Optional.of(new Tree.Mapping(entries, place));
      }
      case START_ARRAY -> {
        var items = new ArrayList<Tree>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          tree(parser, place(parser)).ifPresent(items::add);
        }
        yield Optional.of(new Tree.Sequence(items, place));
      }
      case VALUE_NULL -> Optional.empty();
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          Optional.of(Tree.Scalar.of(parser.getString(), place(parser)));
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("a value begins with " + parser.currentToken());
    };
  }

  private Place place(JsonParser parser) {
    int line = line(parser);
    if (last.line() != line) {
      last = new Place(source, line);
    }
    return last;
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
