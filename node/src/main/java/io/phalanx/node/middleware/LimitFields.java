package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.ResponseStep;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a limit tells its clients: {@code RateLimit-Policy} and {@code RateLimit}
 * (draft-ietf-httpapi-ratelimit-headers), lists of structured fields (RFC 9651), to which each
 * limit on the way of a request adds a member.
 */
final class LimitFields {
  private static final HeaderName POLICY = HeaderName.of("RateLimit-Policy");
  private static final HeaderName STATE = HeaderName.of("RateLimit");

  /** The largest number that a structured field may hold. */
  private static final long MOST = 999_999_999_999_999L;

  private final String name;
  private final String policy;

  /**
   * @param name what clients may tell limits apart by
   * @param amount how many may pass
   * @param window within which time; empty if that is not always the same
   */
  LimitFields(String name, long amount, Optional<Duration> window) {
    this.name = string(name);
    this.policy =
        this.name
            + ";q="
            + Math.min(MOST, amount)
            + window.map(length -> ";w=" + seconds(length)).orElse("");
  }

  /** A string (RFC 9651, section 3.3.3); what it cannot hold is percent-encoded. */
  private static String string(String text) {
    var string = new StringBuilder("\"");
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      if (one < ' ' || one == 0x7f) {
        string.append(String.format(Locale.ROOT, "%%%02x", one & 0xff));
      } else {
        string.append(one == '"' || one == '\\' ? "\\" : "").append((char) one);
      }
    }
    return string.append('"').toString();
  }

  /** Whole ones, not too few. */
  static long seconds(Duration duration) {
    return Math.min(MOST, duration.plusNanos(999_999_999).toSeconds());
  }

  private String state(long rest, Duration reset) {
    return name + ";r=" + Math.min(MOST, rest) + ";t=" + seconds(reset);
  }

  /**
   * @param rest how many may pass yet
   * @param reset until there are more
   */
  ResponseStep admitted(long rest, Duration reset) {
    return response -> {
      add(response.headers(), POLICY, policy);
      add(response.headers(), STATE, state(rest, reset));
    };
  }

  private static void add(Headers headers, HeaderName name, String member) {
    var members = new ArrayList<>(headers.all(name));
    members.add(member);
    headers.set(name, String.join(", ", members));
  }

  /** For an answer to one that is refused. */
  List<Answer.Field> refused(Duration reset) {
    return List.of(new Answer.Field(POLICY, policy), new Answer.Field(STATE, state(0, reset)));
  }
}
