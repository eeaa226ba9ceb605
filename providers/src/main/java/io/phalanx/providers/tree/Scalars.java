package io.phalanx.providers.tree;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Single values as text and back. */
final class Scalars {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d{1,400}(?:\\.\\d{0,400})?|\\.\\d{1,400})(?:[eE][+-]?\\d{1,4})?");

  private Scalars() {}

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  static Object parse(String text, Class<?> type) {
    if (type == String.class) {
      return text;
    } else if (type == boolean.class || type == Boolean.class) {
      return truth(text.strip());
    } else if (type == int.class || type == Integer.class) {
      long number = whole(text.strip());
      if (number != (int) number) {
        throw new IllegalArgumentException(number + " is not within 32 bits");
      }
      return (int) number;
    } else if (type == long.class || type == Long.class) {
      return whole(text.strip());
    } else if (type == double.class || type == Double.class) {
      return number(text.strip());
    } else if (type == Duration.class) {
      return GoDuration.parse(text.strip());
    } else if (type == Secret.class) {
      return new Secret(text);
    } else if (type.isEnum()) {
      return constant(text.strip(), type);
    }
    throw new IllegalStateException(
        "configuration records have no components of type " + type.getName());
  }

  /**
   * What an option of a type is that is not given and has no default; empty if there is nothing.
   */
  static Optional<Object> nothing(Class<?> type) {
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
    } else if (type == double.class) {
      return Optional.of(0.0);
    }
    return Optional.empty();
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
    };
  }

  private static long whole(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("\"" + text + "\" is not a whole number");
    }
  }

  private static double number(String text) {
    double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (Double.isFinite(number)) {
      return number;
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a number");
  }

  private static Object constant(String text, Class<?> type) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Scalars::spelling).toList();
    for (Object constant : type.getEnumConstants()) {
      if (plain(spelling(constant)).equals(plain(text))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is none of " + String.join(", ", names) + DidYouMean.among(text, names));
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  private static String spelling(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String print(Object value) {
    return switch (value) {
      case Duration duration -> GoDuration.format(duration);
      case Secret secret -> secret.value();
      case Enum<?> constant -> spelling(constant);
      default -> value.toString();
    };
  }
}
