package io.phalanx.node.middleware;

import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Quota;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.quota.Window;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.LimitOptions;
import io.phalanx.providers.dynamic.LimitOptions.OnSplit;
import io.phalanx.providers.dynamic.LimitOptions.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code quota}, which is ours: so many requests of each source within a window, which may be a
 * month, counted for the whole fleet and on disk. One more gets 429 with {@code Retry-After}. As
 * for {@link RateLimit} each router that names the middleware counts for itself, unless {@code
 * budget} names what several share.
 *
 * <p>While the fleet does not answer, or this node cannot write what it counts, {@code allow} lets
 * pass, {@code local} counts on this node alone, and {@code fair-share} and {@code deny} answer
 * 503. What a side of a split may draw is said by {@link Quota#counted}; with {@code deny} all
 * requests get 503 on one without a majority.
 */
public final class QuotaLimit implements Middleware {
  public static final MiddlewareType<LimitOptions.Quota> TYPE =
      new MiddlewareType<>("quota", LimitOptions.Quota.class, QuotaLimit::new);

  private static final Logger LOG = LoggerFactory.getLogger(QuotaLimit.class);

  /** How long a request waits for the fleet and the disk, both of which take milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Verdict DENIED =
      new Verdict.Respond(Answer.text(503, "Service Unavailable"));

  private final LimitOptions.Quota options;
  private final MiddlewareContext context;
  private final RequestSource source;
  private final String keyPrefix;
  private final Quota quota;
  private final Quotas quotas;
  private final Optional<LimitFields> fields;

  QuotaLimit(LimitOptions.Quota options, MiddlewareContext context) {
    this.options = options;
    this.context = context;
    this.source = new RequestSource(options.sourceCriterion());
    this.keyPrefix =
        (options.scope() == Scope.FLEET ? "" : "node ")
            + options
                .budget()
                .map(name -> "budget " + name + ' ')
                .orElse("quota " + context.router() + ' ' + context.name() + ' ');
    this.quota = new Quota(options.amount(), window(options), Splits.counted(options.onSplit()));
    this.quotas = (options.scope() == Scope.FLEET ? context.fleet() : context.node()).quotas();
    this.fields =
        options.headers()
            ? Optional.of(
                new LimitFields(
                    options.budget().orElse(context.name()), options.amount(), length(options)))
            : Optional.empty();
  }

  private static Window window(LimitOptions.Quota options) {
    if (options.isByCalendar()) {
      return new Window.Calendar(
          Window.Unit.valueOf(options.period().toUpperCase(Locale.ROOT)), options.zone());
    }
    return switch (options.kind()) {
      case FIXED -> new Window.Fixed(options.duration());
      case SLIDING -> new Window.Sliding(options.duration());
    };
  }

  /** Months differ. */
  private static Optional<Duration> length(LimitOptions.Quota options) {
    return options.period().equals("month") ? Optional.empty() : Optional.of(options.duration());
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    if (options.onSplit() == OnSplit.DENY && !context.majority().getAsBoolean()) {
      return DENIED;
    }
    String key = keyPrefix + source.of(request);
    CompletableFuture<Admission> admission =
        quotas.take(key, quota, PATIENCE).toCompletableFuture();
    if (admission.isDone()) {
      return decide(key, admission.join());
    }
    return Verdict.later(admission.thenApply(outcome -> decide(key, outcome)));
  }

  private Verdict decide(String key, Admission admission) {
    return switch (admission) {
      case Admission.Admitted(long rest, Duration reset) ->
          fields
              .map(told -> Verdict.proceedThen(told.admitted(rest, reset)))
              .orElse(Verdict.PROCEED);
      case Admission.Refused(Duration retryAfter) -> tooMany(retryAfter);
      case Admission.Unavailable(String reason) -> withoutFleet(key, reason);
    };
  }

  private Verdict tooMany(Duration retryAfter) {
    List<Answer.Field> headers = new ArrayList<>();
    headers.add(
        new Answer.Field(
            HeaderName.RETRY_AFTER, Long.toString(Math.max(1, LimitFields.seconds(retryAfter)))));
    fields.ifPresent(told -> headers.addAll(told.refused(retryAfter)));
    return new Verdict.Respond(new Answer(429, headers, "Too Many Requests"));
  }

  private Verdict withoutFleet(String key, String reason) {
    LOG.debug("{}: the quota does not answer: {}", context.name(), reason);
    return switch (options.onSplit()) {
      case ALLOW -> Verdict.PROCEED;
      case DENY, FAIR_SHARE -> DENIED;
      case LOCAL ->
          new Verdict.Wait(
              context
                  .node()
                  .quotas()
                  .take(key, quota, PATIENCE)
                  .thenApply(
                      admission ->
                          admission instanceof Admission.Unavailable
                              ? DENIED
                              : decide(key, admission)));
    };
  }
}
