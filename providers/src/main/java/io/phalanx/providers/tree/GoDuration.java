package io.phalanx.providers.tree;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Traefik's users write them: Go's syntax ({@code 300ms}, {@code 1m30s}), or a whole
 * number of seconds.
 */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})(ns|us|µs|μs|ms|s|m|h)");
  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  private GoDuration() {}

  /**
   * @throws IllegalArgumentException if the text is no duration, or one beyond 292 years
   */
  public static Duration parse(String text) {
    try {
      if (text.matches("[+-]?\\d{1,18}")) {
        return Duration.ofNanos(Math.multiplyExact(Long.parseLong(text), SECOND));
      }
      String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
      Matcher part = PART.matcher(unsigned);
      BigDecimal nanos = BigDecimal.ZERO;
      int end = 0;
      while (part.find() && part.start() == end) {
        nanos =
            nanos.add(
                new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit(part.group(2)))));
        end = part.end();
      }
      if (end > 0 && end == unsigned.length()) {
        long whole = nanos.toBigInteger().longValueExact();
        return Duration.ofNanos(text.startsWith("-") ? -whole : whole);
      }
    } catch (ArithmeticException _) {
      // Too large: refused as any other.
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a duration such as 10s, 1m30s, 250ms or a number of seconds");
  }

  private static long unit(String name) {
    return switch (name) {
      case "ns" -> 1;
      case "ms" -> MILLISECOND;
      case "s" -> SECOND;
      case "m" -> MINUTE;
      case "h" -> HOUR;
      default -> MICROSECOND;
    };
  }

  /** As Go prints it: {@code 1h0m0s}, {@code 1m30s}, {@code 1.5s}, {@code 250ms}, {@code 0s}. */
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    long rest = Math.abs(nanos);
    if (rest < SECOND) {
      long unit = rest < 1_000 ? 1 : rest < 1_000_000 ? 1_000 : 1_000_000;
      return sign + decimal(rest, unit) + (unit == 1 ? "ns" : unit == 1_000 ? "µs" : "ms");
    }
    long hours = rest / HOUR;
    long minutes = rest / MINUTE % 60;
    String seconds = decimal(rest % MINUTE, SECOND) + 's';
    return sign
        + (hours > 0 ? hours + "h" + minutes + 'm' : minutes > 0 ? minutes + "m" : "")
        + seconds;
  }

  private static String decimal(long value, long unit) {
    return BigDecimal.valueOf(value)
        .divide(BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }
}
