package io.phalanx.providers.tree;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What decoding and encoding need to know of a type of record, looked up once. */
final class RecordType<T extends Record> {
  /** One option. */
  record Option(
      String name, Type type, Optional<String> absent, boolean mayBeEmpty, Method accessor) {
    /** The type without an {@code Optional} around it. */
    Class<?> plainType() {
      return raw(raw(type) == Optional.class ? argument(type, 0) : type);
    }
  }

  private static final ClassValue<RecordType<?>> TYPES =
      new ClassValue<>() {
        @Override
        protected RecordType<?> computeValue(Class<?> type) {
          return new RecordType<>(type.asSubclass(Record.class));
        }
      };

  private final Class<T> type;
  private final List<Option> options;
  private final Map<String, String> names;
  private final Set<String> notServed;
  private final Constructor<T> constructor;

  private RecordType(Class<T> type) {
    this.type = type;
    RecordComponent[] components = type.getRecordComponents();
    this.options = Arrays.stream(components).map(RecordType::option).toList();
    this.names = new LinkedHashMap<>();
    options.forEach(option -> names.put(lowerCase(option.name()), option.name()));
    this.notServed =
        Optional.ofNullable(type.getAnnotation(NotServed.class)).stream()
            .flatMap(keys -> Arrays.stream(keys.value()))
            .map(RecordType::lowerCase)
            .collect(Collectors.toUnmodifiableSet());
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type.getName() + " has no canonical constructor", e);
    }
  }

  @SuppressWarnings("unchecked") // A type is registered under itself.
  static <T extends Record> RecordType<T> of(Class<T> type) {
    return (RecordType<T>) TYPES.get(type);
  }

  private static Option option(RecordComponent component) {
    return new Option(
        component.getName(),
        component.getGenericType(),
        Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value),
        component.isAnnotationPresent(AllowEmpty.class),
        component.getAccessor());
  }

  private static String lowerCase(String key) {
    return key.toLowerCase(Locale.ROOT);
  }

  List<Option> options() {
    return options;
  }

  boolean knows(String key) {
    return names.containsKey(lowerCase(key));
  }

  /** The option of a key, whatever its case. */
  Optional<Option> option(String key) {
    return options.stream()
        .filter(option -> option.name().equals(names.get(lowerCase(key))))
        .findFirst();
  }

  boolean isNotServed(String key) {
    return notServed.contains(lowerCase(key));
  }

  boolean isSection() {
    return type.isAnnotationPresent(Section.class);
  }

  boolean isFreeForm() {
    return type.isAnnotationPresent(FreeForm.class);
  }

  /** Whether a block of this type that has no option is half a thought. */
  boolean needsAnOption() {
    return !options.isEmpty() && !isSection() && !isFreeForm();
  }

  /** Where a key that is not known here may have been meant; empty if nowhere near. */
  String suggestion(String key, Optional<RecordType<?>> outer) {
    String near = DidYouMean.among(key, names.values());
    if (!near.isEmpty()) {
      return near;
    }
    if (outer.isPresent() && outer.get().knows(key)) {
      return "; it belongs one level up";
    }
    return options.stream()
        .filter(option -> option.plainType().isRecord())
        .filter(option -> of(option.plainType().asSubclass(Record.class)).knows(key))
        .findFirst()
        .map(option -> "; it belongs in \"" + option.name() + '"')
        .orElse("");
  }

  /**
   * @throws IllegalArgumentException if the record's own constructor refuses the values
   */
  T construct(Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("the constructor of " + type.getName() + " failed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " cannot be made: configuration records are public", e);
    }
  }

  static Object read(Option option, Record record) {
    try {
      return option.accessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          record.getClass().getName() + " cannot be read: configuration records are public", e);
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
