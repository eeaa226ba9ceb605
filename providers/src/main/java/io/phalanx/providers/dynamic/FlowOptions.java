package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.FreeForm;
import io.phalanx.providers.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Options of the middlewares that change which way a request or its answer goes. */
public final class FlowOptions {
  private FlowOptions() {}

  public record Chain(List<String> middlewares) {}

  public record Retry(
      int attempts,
      @Default("0s") Duration initialInterval,
      @Default("0s") Duration timeout,
      List<String> status,
      @Default("2097152") long maxRequestBodyBytes,
      boolean disableRetryOnNetworkError,
      boolean retryNonIdempotentMethod) {}

  /**
   * Options of {@code circuitBreaker}: Traefik's, and ours for fleets. As in Traefik a duration of
   * zero is the default.
   *
   * @param responseCode what those get that are refused: 200 to 599
   * @param scope whether it is the whole fleet's or each node's
   */
  public record CircuitBreaker(
      @Default("") String expression,
      @Default("100ms") Duration checkPeriod,
      @Default("10s") Duration fallbackDuration,
      @Default("10s") Duration recoveryDuration,
      @Default("503") int responseCode,
      @Default("fleet") LimitOptions.Scope scope) {
    public CircuitBreaker {
      checkPeriod = checked("checkPeriod", checkPeriod, Duration.ofMillis(100));
      fallbackDuration = checked("fallbackDuration", fallbackDuration, Duration.ofSeconds(10));
      recoveryDuration = checked("recoveryDuration", recoveryDuration, Duration.ofSeconds(10));
      if (responseCode < 200 || responseCode > 599) {
        throw new IllegalArgumentException("responseCode is from 200 to 599, not " + responseCode);
      }
    }

    private static Duration checked(String name, Duration given, Duration standard) {
      if (given.isNegative()) {
        throw new IllegalArgumentException(name + " must not be negative");
      }
      return given.isZero() ? standard : given;
    }
  }

  public record Errors(
      List<String> status,
      @Default("") String service,
      @Default("") String query,
      Map<String, Integer> statusRewrites,
      Optional<List<String>> errorRequestHeaders) {}

  /** Plug-ins' options by their names; only the plug-ins know their shape. */
  @FreeForm
  public record Plugin(Tree.Mapping plugins) {}
}
