package io.phalanx.providers.tree;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Makes random records of any configuration type, within what their constructors take. */
public final class RandomRecords {
  private static final List<String> TEXTS =
      List.of(
          "",
          "web",
          "null",
          "~",
          "true",
          "a,b",
          " x ",
          "Host(`a.test`) && !Path(`/`)",
          "é€𝄞",
          "\"quoted\"",
          "a\nb\t",
          "{{ x }}",
          "0x10",
          "-1",
          "<<",
          "#",
          "\u0001");
  private static final List<String> BLOCKS = List.of("{}", "{a: {b: [1, {c: d}]}}", "{A: ''}");
  private static final int TRIES = 200;

  private final Random random;
  private final Map<Class<?>, Function<RandomRecords, ?>> makers;

  /**
   * @param makers how types are made that are more than their components
   */
  public RandomRecords(long seed, Map<Class<?>, Function<RandomRecords, ?>> makers) {
    this.random = new Random(seed);
    this.makers = Map.copyOf(makers);
  }

  public <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  public <T extends Record> T record(Class<T> type) {
    Function<RandomRecords, ?> maker = makers.get(type);
    if (maker != null) {
      return type.cast(maker.apply(this));
    }
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    for (int i = 0; i < TRIES; i++) {
      Object[] values = Arrays.stream(type.getRecordComponents()).map(this::component).toArray();
      try {
        return type.getDeclaredConstructor(types).newInstance(values);
      } catch (java.lang.reflect.InvocationTargetException e) {
        if (!(e.getCause() instanceof IllegalArgumentException)) {
          throw new IllegalStateException(e);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("no random " + type.getName() + " satisfies its constructor");
  }

  private Object component(RecordComponent component) {
    Object value = value(component.getGenericType());
    boolean saysNothing =
        value instanceof Optional<?> optional
            && optional.isPresent()
            && optional.get() instanceof Record record
            && !component.isAnnotationPresent(AllowEmpty.class)
            && !makers.containsKey(record.getClass())
            && allEmpty(record);
    return saysNothing ? Optional.empty() : value;
  }

  /** Whether there is no text that stands for a record, as one of which nothing is given. */
  private static boolean allEmpty(Record record) {
    return !(record instanceof Secret)
        && RecordType.of(record.getClass()).options().stream()
            .allMatch(option -> RecordType.read(option, record).equals(Optional.empty()));
  }

  private Object value(Type type) {
    Class<?> raw = RecordType.raw(type);
    Function<RandomRecords, ?> maker = makers.get(raw);
    if (maker != null) {
      return maker.apply(this);
    } else if (raw == Optional.class) {
      return random.nextInt(3) == 0
          ? Optional.of(value(RecordType.argument(type, 0)))
          : Optional.empty();
    } else if (raw == List.class) {
      return list(RecordType.argument(type, 0));
    } else if (raw == Map.class) {
      return map(RecordType.argument(type, 1));
    } else if (raw == Secret.class) {
      return new Secret(any(TEXTS));
    } else if (raw == Tree.Mapping.class) {
      return Trees.withoutPlaces(YamlReader.read("", any(BLOCKS)).tree());
    } else if (raw.isRecord()) {
      return record(raw.asSubclass(Record.class));
    } else if (raw.isEnum()) {
      return any(Arrays.asList(raw.getEnumConstants()));
    }
    return scalar(raw);
  }

  private Object scalar(Class<?> type) {
    return switch (type.getName()) {
      case "java.lang.String" -> any(TEXTS);
      case "boolean", "java.lang.Boolean" -> random.nextBoolean();
      case "int", "java.lang.Integer" ->
          random.nextBoolean() ? random.nextInt(120) : random.nextInt();
      case "long", "java.lang.Long" ->
          random.nextBoolean() ? (long) random.nextInt(120) : random.nextLong();
      case "double", "java.lang.Double" -> random.nextGaussian() * Math.pow(10, random.nextInt(40));
      case "java.time.Duration" -> Duration.ofNanos(random.nextLong() >> random.nextInt(63));
      default -> throw new IllegalStateException("no random " + type.getName());
    };
  }

  private List<Object> list(Type type) {
    var items = new ArrayList<Object>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(value(type));
    }
    return List.copyOf(items);
  }

  private Map<String, Object> map(Type type) {
    var entries = new LinkedHashMap<String, Object>();
    for (int i = random.nextInt(4); i > 0; i--) {
      entries.put(any(TEXTS) + any(TEXTS), value(type));
    }
    return Map.copyOf(entries);
  }
}
