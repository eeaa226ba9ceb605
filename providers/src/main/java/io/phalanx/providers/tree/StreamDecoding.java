package io.phalanx.providers.tree;

import io.phalanx.providers.tree.RecordType.Option;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes each object of a section as soon as it is read: the tree of a hundred thousand routers is
 * larger than they are.
 */
final class StreamDecoding {
  private final Decoding decoding;

  StreamDecoding(Decoding decoding) {
    this.decoding = decoding;
  }

  /** A record of the block that begins here, empty after its mistakes were reported. */
  <T extends Record> Optional<T> record(ValueStream text, Class<T> type, String path)
      throws OverLimitException {
    RecordType<T> known = RecordType.of(type);
    if (!known.isSection() || !text.enter()) {
      return whole(text, type, path).map(type::cast);
    }
    var parts = new HashMap<String, Object>();
    var rest = new LinkedHashMap<String, Tree.Entry>();
    for (Optional<String> next = text.key(); next.isPresent(); next = text.key()) {
      String key = next.get();
      Optional<Option> option = known.option(key).filter(this::isPart);
      if (option.isPresent()) {
        reportTwice(parts, option.get().name(), Decoding.join(path, key));
        part(text, option.get(), Decoding.join(path, key))
            .ifPresent(part -> parts.put(option.get().name(), part));
      } else {
        reportTwice(rest, key, Decoding.join(path, key));
        text.value().ifPresent(value -> rest.put(key, new Tree.Entry(Place.NONE, value)));
      }
    }
    return decoding.record(new Tree.Mapping(rest, Place.NONE), known, parts, path);
  }

  private void reportTwice(Map<String, ?> read, String key, String path) {
    if (read.containsKey(key)) {
      decoding.report(Place.NONE, path, "is given twice");
    }
  }

  /** Whether an option is a section of its own or objects by their names. */
  private boolean isPart(Option option) {
    Class<?> type = RecordType.raw(option.type());
    return type == Map.class
        ? decoding.isObject(RecordType.raw(RecordType.argument(option.type(), 1)))
        : decoding.isBlock(type) && RecordType.of(type.asSubclass(Record.class)).isSection();
  }

  private Optional<Object> part(ValueStream text, Option option, String path)
      throws OverLimitException {
    Class<?> type = RecordType.raw(option.type());
    if (type != Map.class) {
      return record(text, type.asSubclass(Record.class), path).map(section -> section);
    } else if (!text.enter()) {
      return whole(text, option.type(), path);
    }
    Type objectType = RecordType.argument(option.type(), 1);
    var objects = new LinkedHashMap<String, Object>();
    for (Optional<String> name = text.key(); name.isPresent(); name = text.key()) {
      String key = name.get();
      String at = Decoding.join(path, key);
      reportTwice(objects, key, at);
      text.value()
          .flatMap(tree -> decoding.value(tree, objectType, at))
          .ifPresent(object -> objects.put(key, object));
    }
    return Optional.of(Collections.unmodifiableMap(objects));
  }

  private Optional<Object> whole(ValueStream text, Type type, String path)
      throws OverLimitException {
    return decoding.value(text.value().orElse(Tree.Mapping.EMPTY), type, path);
  }
}
