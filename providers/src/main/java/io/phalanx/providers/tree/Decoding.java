package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One decoding: the mistakes so far, and the recursion over types. */
public final class Decoding {
  private final Map<Class<?>, Shape<?>> shapes;
  private final List<Problem> problems = new ArrayList<>();

  Decoding(Map<Class<?>, Shape<?>> shapes) {
    this.shapes = shapes;
  }

  List<Problem> problems() {
    return problems;
  }

  public void report(Place place, String path, String message) {
    problems.add(place.problem(path, message));
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + '.' + key;
  }

  /** Whether a scalar turns off the block it stands for, as {@code ping: false}. */
  static boolean isOff(Tree tree) {
    return tree instanceof Tree.Scalar(String text, Place _) && !text.equalsIgnoreCase("true");
  }

  /**
   * A block that may also be given as {@code true}, for its defaults; another scalar leaves it off.
   */
  <T extends Record> Optional<T> block(Tree tree, Class<T> type, String path) {
    return switch (tree) {
      case Tree.Mapping mapping -> record(mapping, type, path);
      case Tree.Scalar(String text, Place place) when text.equalsIgnoreCase("true") ->
          record(new Tree.Mapping(Tree.Mapping.EMPTY.entries(), place), type, path);
      case Tree.Scalar _ -> Optional.empty();
      case Tree.Sequence(List<Tree> _, Place place) -> {
        report(place, path, "a block is expected, not a list");
        yield Optional.empty();
      }
    };
  }

  /** A record of a block, or empty after its mistakes were reported. */
  public <T extends Record> Optional<T> record(Tree.Mapping tree, Class<T> type, String path) {
    RecordComponent[] components = type.getRecordComponents();
    boolean survives = type.isAnnotationPresent(Section.class);
    boolean broken = refuseUnknownKeys(tree, type, components, path) && !survives;
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Optional<Object> value = component(tree, components[i], path);
      if (value.isEmpty() && survives) {
        value = absent(components[i], tree.place(), path);
      }
      broken |= value.isEmpty();
      values[i] = value.orElse(Optional.empty());
    }
    return broken ? Optional.empty() : construct(type, components, values, tree.place(), path);
  }

  private boolean refuseUnknownKeys(
      Tree.Mapping tree, Class<?> type, RecordComponent[] components, String path) {
    Map<String, String> known =
        Arrays.stream(components)
            .collect(
                Collectors.toMap(
                    component -> component.getName().toLowerCase(Locale.ROOT),
                    RecordComponent::getName));
    NotServed notServed = type.getAnnotation(NotServed.class);
    Set<String> later = notServed == null ? Set.of() : Set.of(notServed.value());
    var seen = new HashMap<String, String>();
    boolean broken = false;
    for (Map.Entry<String, Tree.Entry> entry : tree.entries().entrySet()) {
      String key = entry.getKey();
      Place place = entry.getValue().keyPlace();
      String before = seen.put(key.toLowerCase(Locale.ROOT), key);
      if (before != null) {
        report(place, join(path, key), "is given twice, also as \"" + before + '"');
        broken = true;
      } else if (later.stream().anyMatch(key::equalsIgnoreCase)) {
        report(place, join(path, key), key + " is not served yet");
        broken = true;
      } else if (!known.containsKey(key.toLowerCase(Locale.ROOT))) {
        report(place, join(path, key), "unknown key" + DidYouMean.among(key, known.values()));
        broken = true;
      }
    }
    return broken;
  }

  private Optional<Object> component(Tree.Mapping tree, RecordComponent component, String path) {
    Optional<Tree.Entry> entry = tree.entry(component.getName());
    if (entry.isEmpty()) {
      return absent(component, tree.place(), path);
    }
    Tree value = entry.get().value();
    String keyPath = join(path, component.getName());
    if (component.isAnnotationPresent(AllowEmpty.class) && value instanceof Tree.Scalar) {
      return isOff(value)
          ? absent(component, tree.place(), path)
          : value(
              new Tree.Mapping(Tree.Mapping.EMPTY.entries(), value.place()),
              component.getGenericType(),
              keyPath);
    }
    return value(value, component.getGenericType(), keyPath);
  }

  private Optional<Object> absent(RecordComponent component, Place place, String path) {
    String keyPath = join(path, component.getName());
    Default given = component.getAnnotation(Default.class);
    if (given != null) {
      return value(new Tree.Scalar(given.value(), place), component.getGenericType(), keyPath);
    }
    Class<?> type = raw(component.getGenericType());
    if (type == Optional.class) {
      return Optional.of(Optional.empty());
    } else if (type == List.class) {
      return Optional.of(List.of());
    } else if (type == Map.class) {
      return Optional.of(Map.of());
    } else if (type == boolean.class) {
      return Optional.of(false);
    } else if (type == int.class) {
      return Optional.of(0);
    } else if (type == long.class) {
      return Optional.of(0L);
    } else if (type.isRecord() || shapes.containsKey(type)) {
      return value(
          new Tree.Mapping(Tree.Mapping.EMPTY.entries(), place),
          component.getGenericType(),
          keyPath);
    }
    report(place, keyPath, "is required");
    return Optional.empty();
  }

  /** The value of any type, or empty after a report. */
  private Optional<Object> value(Tree tree, Type type, String path) {
    Class<?> raw = raw(type);
    Shape<?> shape = shapes.get(raw);
    if (shape != null) {
      return shape.decode(tree, path, this).map(value -> value);
    } else if (raw == Optional.class) {
      return value(tree, argument(type, 0), path).map(Optional::of);
    } else if (raw == List.class) {
      return list(tree, argument(type, 0), path);
    } else if (raw == Map.class) {
      return map(tree, argument(type, 1), path);
    } else if (raw.isRecord() && raw != Secret.class) {
      if (tree instanceof Tree.Mapping mapping) {
        return record(mapping, raw.asSubclass(Record.class), path).map(value -> value);
      }
      report(tree.place(), path, "a block is expected");
      return Optional.empty();
    }
    return scalar(tree, raw, path);
  }

  private Optional<Object> scalar(Tree tree, Class<?> type, String path) {
    if (!(tree instanceof Tree.Scalar(String text, Place place))) {
      report(tree.place(), path, "a single value is expected");
      return Optional.empty();
    }
    try {
      return Optional.of(Scalars.parse(text, type));
    } catch (IllegalArgumentException e) {
      report(place, path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Object> list(Tree tree, Type itemType, String path) {
    List<Tree> items =
        switch (tree) {
          case Tree.Sequence(List<Tree> given, Place _) -> given;
          case Tree.Scalar(String text, Place place)
              when !raw(itemType).isRecord() || raw(itemType) == Secret.class ->
              Arrays.stream(text.split(","))
                  .map(String::strip)
                  .filter(item -> !item.isEmpty())
                  .<Tree>map(item -> new Tree.Scalar(item, place))
                  .toList();
          case Tree.Scalar _, Tree.Mapping _ -> {
            report(tree.place(), path, "a list is expected");
            yield List.of();
          }
        };
    boolean broken =
        items.isEmpty()
            && !(tree instanceof Tree.Sequence)
            && !(tree instanceof Tree.Scalar(String text, Place _) && text.isBlank());
    var values = new ArrayList<Object>();
    for (int i = 0; i < items.size(); i++) {
      Optional<Object> value = value(items.get(i), itemType, path + '[' + i + ']');
      value.ifPresent(values::add);
      broken |= value.isEmpty();
    }
    return broken ? Optional.empty() : Optional.of(List.copyOf(values));
  }

  private Optional<Object> map(Tree tree, Type valueType, String path) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      report(tree.place(), path, "a block is expected");
      return Optional.empty();
    }
    boolean ofObjects = raw(valueType).isRecord() && raw(valueType) != Secret.class;
    boolean broken = false;
    var values = new LinkedHashMap<String, Object>();
    for (Map.Entry<String, Tree.Entry> entry : mapping.entries().entrySet()) {
      Optional<Object> value =
          value(entry.getValue().value(), valueType, join(path, entry.getKey()));
      value.ifPresent(present -> values.put(entry.getKey(), present));
      broken |= value.isEmpty() && !ofObjects;
    }
    return broken ? Optional.empty() : Optional.of(java.util.Collections.unmodifiableMap(values));
  }

  private <T extends Record> Optional<T> construct(
      Class<T> type, RecordComponent[] components, Object[] values, Place place, String path) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return Optional.of(type.getDeclaredConstructor(types).newInstance(values));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        report(place, path, String.valueOf(refused.getMessage()));
        return Optional.empty();
      }
      throw new IllegalStateException("the constructor of " + type.getName() + " failed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " cannot be made: configuration records are public", e);
    }
  }

  static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType parameterized -> raw(parameterized.getRawType());
      default ->
          throw new IllegalStateException(
              "configuration records have no components of type " + type);
    };
  }

  static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
