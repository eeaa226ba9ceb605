package io.phalanx.node.middleware;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.LimitOptions;
import io.phalanx.providers.dynamic.LimitOptions.OnSplit;
import io.phalanx.providers.dynamic.LimitOptions.Scope;
import io.phalanx.providers.tree.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code rateLimit}: a token bucket for each source, counted for the whole fleet. As in Traefik a
 * request may be held back for a moment if its token is about to come; without one it gets 429 with
 * {@code Retry-After} and {@code X-Retry-In}.
 *
 * <p>Each router that names the middleware has buckets of its own, as in Traefik, unless {@code
 * budget} names one: all that name it share it. Buckets outlive a change of configuration that
 * leaves the limit as it is (Traefik's do not).
 *
 * <p>{@code onSplit} decides what holds while the fleet is split or its budget does not answer.
 * {@code fair-share}: each side of a split has the part of its members, and without an answer there
 * is no token, so that the limit is never exceeded. {@code local}: each side has the whole limit,
 * and without an answer this node by itself. {@code allow}: as {@code local}, but everything is
 * admitted without an answer. {@code deny}: 503 without an answer, and on a side that is not a
 * majority of the fleet.
 */
public final class RateLimit implements Middleware {
  public static final MiddlewareType<LimitOptions.RateLimit> TYPE =
      new MiddlewareType<>("rateLimit", LimitOptions.RateLimit.class, RateLimit::build);

  private static final Logger LOG = LoggerFactory.getLogger(RateLimit.class);
  private static final HeaderName X_RETRY_IN = HeaderName.of("X-Retry-In");

  /**
   * How long a request waits for the fleet. A round trip takes well under a millisecond; a member
   * that hangs is out of the fleet after seconds, and until then each request waits this long.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Verdict DENIED =
      new Verdict.Respond(Answer.text(503, "Service Unavailable"));

  private final LimitOptions.RateLimit options;
  private final MiddlewareContext context;
  private final RequestSource source;
  private final String keyPrefix;
  private final Limit limit;
  private final Duration maxDelay;
  private final Optional<LimitFields> fields;

  private static Middleware build(LimitOptions.RateLimit options, MiddlewareContext context) {
    options
        .redis()
        .filter(_ -> context.parts().notices().isNew("redis of " + context.name()))
        .ifPresent(
            _ ->
                LOG.warn(
                    "{}: rateLimit.redis is not used; the fleet shares the limit without it",
                    context.name()));
    if (options.average() == 0) {
      return _ -> Verdict.PROCEED;
    }
    if (Duration.ofNanos(options.average()).compareTo(options.period()) > 0) {
      throw new IllegalArgumentException(
          "average is at most one in a nanosecond: %d in %s"
              .formatted(options.average(), GoDuration.format(options.period())));
    }
    return new RateLimit(options, context);
  }

  private RateLimit(LimitOptions.RateLimit options, MiddlewareContext context) {
    this.options = options;
    this.context = context;
    this.source = new RequestSource(options.sourceCriterion());
    this.keyPrefix =
        options
            .budget()
            .map(name -> "budget " + name + ' ')
            .orElse("rateLimit " + context.router() + ' ' + context.name() + ' ');
    this.limit =
        new Limit(
            options.burst(),
            options.average(),
            options.period(),
            Splits.counted(options.onSplit()));
    this.maxDelay = maxDelay(options);
    this.fields =
        options.headers()
            ? Optional.of(
                new LimitFields(
                    options.budget().orElse(context.name()),
                    limit.burst(),
                    Optional.of(refill(limit.burst()))))
            : Optional.empty();
  }

  /**
   * Traefik's: half the time between two tokens of a whole rate a second, half a second for rates
   * below one.
   */
  private static Duration maxDelay(LimitOptions.RateLimit options) {
    double perSecond = options.average() * 1e9 / options.period().toNanos();
    return perSecond < 1
        ? Duration.ofMillis(500)
        : Duration.ofNanos((long) (1e9 / (2 * Math.floor(perSecond))));
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    if (options.onSplit() == OnSplit.DENY
        && options.scope() == Scope.FLEET
        && !context.majority().getAsBoolean()) {
      return DENIED;
    }
    String key = keyPrefix + source.of(request);
    Budgets budgets = (options.scope() == Scope.FLEET ? context.fleet() : context.node()).budgets();
    CompletableFuture<Grant> grant =
        budgets.take(key, limit, maxDelay, PATIENCE).toCompletableFuture();
    if (grant.isDone()) {
      return decide(key, grant.join());
    }
    return Verdict.later(grant.thenApply(outcome -> decide(key, outcome)));
  }

  private Verdict decide(String key, Grant grant) {
    return switch (grant) {
      case Grant.Admitted(Duration delay, long left) when !delay.isPositive() -> admitted(left);
      case Grant.Admitted(Duration delay, long left) ->
          new Verdict.Wait(after(delay, admitted(left)));
      case Grant.Refused(Duration retryAfter) -> tooMany(retryAfter);
      case Grant.Unavailable(String reason) -> withoutFleet(key, reason);
    };
  }

  private Verdict admitted(long left) {
    return fields
        .map(told -> Verdict.proceedThen(told.admitted(left, refill(limit.burst() - left))))
        .orElse(Verdict.PROCEED);
  }

  /** How long so many tokens take to come. */
  private Duration refill(long tokens) {
    double nanos = (double) limit.period().toNanos() / limit.tokens() * Math.max(0, tokens);
    return Duration.ofNanos((long) nanos);
  }

  private CompletionStage<Verdict> after(Duration delay, Verdict then) {
    var proceed = new CompletableFuture<Verdict>();
    context
        .scheduler()
        .schedule(() -> proceed.complete(then), delay.toNanos(), TimeUnit.NANOSECONDS);
    return proceed;
  }

  private Verdict tooMany(Duration retryAfter) {
    long seconds = Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds());
    List<Answer.Field> headers = new ArrayList<>();
    headers.add(new Answer.Field(HeaderName.RETRY_AFTER, Long.toString(seconds)));
    headers.add(
        new Answer.Field(X_RETRY_IN, HeaderText.of("X-Retry-In", GoDuration.format(retryAfter))));
    fields.ifPresent(told -> headers.addAll(told.refused(retryAfter)));
    return new Verdict.Respond(new Answer(429, headers, "Too Many Requests"));
  }

  private Verdict withoutFleet(String key, String reason) {
    LOG.debug("{}: the fleet's budget does not answer: {}", context.name(), reason);
    return switch (options.onSplit()) {
      case ALLOW -> Verdict.PROCEED;
      case DENY -> DENIED;
      case FAIR_SHARE -> tooMany(Duration.ofSeconds(1));
      case LOCAL ->
          Verdict.later(
              context
                  .node()
                  .budgets()
                  .take(key, limit, maxDelay, PATIENCE)
                  .thenApply(
                      grant -> grant instanceof Grant.Unavailable ? DENIED : decide(key, grant)));
    };
  }
}
