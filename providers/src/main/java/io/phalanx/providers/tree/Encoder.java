package io.phalanx.providers.tree;

import io.phalanx.secrets.OffHeap;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Makes trees of records, such that the decoder makes the same records of them. What is absent is
 * left out, and so are values that are defaults: a member of an earlier release then reads whatever
 * does not use an option that it lacks, and ten thousand routers are no longer than their authors
 * wrote them. For people the defaults are written, since they are what holds.
 */
public final class Encoder {
  /** Without a pool, which would keep buffers, and what was a secret in them. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private static final Pattern USER_INFORMATION =
      Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@");

  private final Map<Class<?>, Shape<?>> shapes;
  private final boolean forPeople;

  Encoder(Map<Class<?>, Shape<?>> shapes, boolean forPeople) {
    this.shapes = shapes;
    this.forPeople = forPeople;
  }

  public Tree.Mapping encode(Record value) {
    return tree(value) instanceof Tree.Mapping mapping ? mapping : Tree.Mapping.EMPTY;
  }

  /**
   * Of which a tree is made while it is written, of one object after another: the tree of a hundred
   * thousand routers is larger than they are.
   */
  public static final class Later {
    private final Encoder encoder;
    private final Record section;

    private Later(Encoder encoder, Record section) {
      this.encoder = encoder;
      this.section = section;
    }
  }

  /**
   * The same as {@link #encode}, for those who write it as JSON.
   *
   * @param section of nothing but sections, and maps of objects
   */
  public Later later(Record section) {
    return new Later(this, section);
  }

  private Tree tree(Object value) {
    Shape<?> shape = shapes.get(value.getClass());
    if (shape != null) {
      return encode(shape, value);
    }
    return switch (value) {
      case Secret _ when forPeople -> Tree.Scalar.of(Secret.MASK, Place.NONE);
      case Secret secret -> Tree.Scalar.of(secret.value(), Place.NONE);
      case Tree free -> free;
      case Record record when RecordType.of(record.getClass()).isFreeForm() ->
          tree(RecordType.read(RecordType.of(record.getClass()).options().getFirst(), record));
      case Record record -> block(record);
      case List<?> items -> new Tree.Sequence(items.stream().map(this::tree).toList(), Place.NONE);
      case Map<?, ?> entries -> {
        var block = new LinkedHashMap<String, Tree.Entry>();
        entries.forEach(
            (key, item) -> block.put(key.toString(), new Tree.Entry(Place.NONE, tree(item))));
        yield new Tree.Mapping(block, Place.NONE);
      }
      case String text when forPeople -> Tree.Scalar.of(masked(text), Place.NONE);
      default -> Tree.Scalar.of(Scalars.print(value), Place.NONE);
    };
  }

  /** Without what may be a password in a URL. */
  private static String masked(String text) {
    Matcher url = USER_INFORMATION.matcher(text);
    return url.find() ? url.group(1) + Secret.MASK + text.substring(url.end() - 1) : text;
  }

  @SuppressWarnings("unchecked") // Shapes are registered under the class they are for.
  private <T> Tree encode(Shape<T> shape, Object value) {
    return shape.encode((T) value, this);
  }

  private Tree.Mapping block(Record record) {
    Tree.Mapping block = block(record, forPeople);
    // A block without options would be refused as half a thought.
    return block.entries().isEmpty() ? block(record, true) : block;
  }

  private Tree.Mapping block(Record record, boolean withDefaults) {
    var block = new LinkedHashMap<String, Tree.Entry>();
    for (RecordType.Option option : RecordType.of(record.getClass()).options()) {
      toldValue(option, record, withDefaults)
          .ifPresent(value -> block.put(option.name(), new Tree.Entry(Place.NONE, tree(value))));
    }
    return new Tree.Mapping(block, Place.NONE);
  }

  /** What is to be written of an option, without an {@code Optional} around it. */
  private Optional<Object> toldValue(
      RecordType.Option option, Record record, boolean withDefaults) {
    Object value = RecordType.read(option, record);
    Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (present == null
        || (!withDefaults && isDefault(option, value))
        || (present instanceof Record nested && saysNothing(option, nested))) {
      return Optional.empty();
    }
    return Optional.of(present);
  }

  /** Whether the decoder makes this value of an option that is not given. */
  private boolean isDefault(RecordType.Option option, Object value) {
    Class<?> type = RecordType.raw(option.type());
    if (option.absent().isPresent()) {
      return type != List.class
          && type != Optional.class
          && Scalars.parse(option.absent().get(), type).equals(value);
    }
    return Scalars.nothing(type).map(value::equals).orElse(false)
        || (value instanceof Record nested && isBlock(nested) && isEmpty(nested, false));
  }

  /** Whether a block of this record would be empty. It is not made to find out: it may be large. */
  private boolean isEmpty(Record record, boolean withDefaults) {
    return RecordType.of(record.getClass()).options().stream()
        .allMatch(option -> toldValue(option, record, withDefaults).isEmpty());
  }

  private boolean saysNothing(RecordType.Option option, Record nested) {
    return !option.mayBeEmpty()
        && isBlock(nested)
        && RecordType.of(nested.getClass()).needsAnOption()
        && isEmpty(nested, true);
  }

  /** Whether a record is written by its components. */
  private boolean isBlock(Record record) {
    return !(record instanceof Secret
        || record instanceof Tree
        || shapes.containsKey(record.getClass())
        || RecordType.of(record.getClass()).isFreeForm());
  }

  /**
   * As JSON.
   *
   * @param value a tree, of which every scalar is text; a text, whole number or truth value; what
   *     is encoded {@link Later}; or a map or list of such
   */
  public static String json(Object value) {
    return json(value, ObjectWriteContext.empty());
  }

  /** As {@link #json}, over several lines. */
  public static String indentedJson(Object value) {
    return json(
        value,
        new ObjectWriteContext.Base() {
          @Override
          public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
          }
        });
  }

  private static String json(Object value, ObjectWriteContext context) {
    var text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(context, text)) {
      write(value, generator);
    }
    return text.toString();
  }

  /** As {@link #json}, in UTF-8, for what holds secrets or is long. */
  public static OffHeap hiddenJson(Object value) {
    try (var text = new OffHeap.Collector()) {
      try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
        write(value, generator);
      }
      return text.collected();
    }
  }

  private static void write(Object value, JsonGenerator generator) {
    switch (value) {
      case Tree.Scalar scalar -> generator.writeString(scalar.text());
      case Tree.Sequence(List<Tree> items, Place _) -> write(items, generator);
      case Tree.Mapping mapping -> {
        generator.writeStartObject();
        mapping.entries().forEach((key, entry) -> field(key, entry.value(), generator));
        generator.writeEndObject();
      }
      case Later later -> later.encoder.writeSection(later.section, generator);
      case Map<?, ?> fields -> {
        generator.writeStartObject();
        fields.forEach((key, field) -> field(key.toString(), field, generator));
        generator.writeEndObject();
      }
      case List<?> items -> {
        generator.writeStartArray();
        items.forEach(item -> write(item, generator));
        generator.writeEndArray();
      }
      case Boolean truth -> generator.writeBoolean(truth);
      case Number number -> generator.writeNumber(number.longValue());
      default -> generator.writeString(value.toString());
    }
  }

  private void writeSection(Record section, JsonGenerator generator) {
    generator.writeStartObject();
    for (RecordType.Option option : RecordType.of(section.getClass()).options()) {
      toldValue(option, section, forPeople)
          .ifPresent(
              value -> {
                generator.writeName(option.name());
                writePart(value, generator);
              });
    }
    generator.writeEndObject();
  }

  private void writePart(Object value, JsonGenerator generator) {
    switch (value) {
      case Map<?, ?> objects -> {
        generator.writeStartObject();
        objects.forEach((key, object) -> field(key.toString(), tree(object), generator));
        generator.writeEndObject();
      }
      case Record record when isBlock(record) && RecordType.of(record.getClass()).isSection() ->
          writeSection(record, generator);
      default -> write(tree(value), generator);
    }
  }

  private static void field(String name, Object value, JsonGenerator generator) {
    generator.writeName(name);
    write(value, generator);
  }

  /** The names of the components of a record, for those who look for keys in other sources. */
  public static List<String> keys(Class<? extends Record> type) {
    return RecordType.of(type).options().stream().map(RecordType.Option::name).toList();
  }
}
