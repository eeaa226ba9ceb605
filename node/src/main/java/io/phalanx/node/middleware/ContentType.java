package io.phalanx.node.middleware;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.filter.AnswerFilter;
import io.phalanx.node.filter.FilteredExchange;
import io.phalanx.node.filter.HeldStart;
import io.phalanx.node.mediatype.ContentSniffer;
import io.phalanx.providers.dynamic.BodyOptions;

/**
 * {@code contentType}: an answer without {@code Content-Type} gets the one that its first bytes
 * look like. None is replaced; an encoded body is not looked at, and to HEAD there is none.
 */
public final class ContentType implements Middleware, Enclosure {
  public static final MiddlewareType<BodyOptions.ContentType> TYPE =
      new MiddlewareType<>(
          "contentType",
          BodyOptions.ContentType.class,
          (options, _) ->
              options.autoDetect().orElse(true) ? new ContentType() : _ -> Verdict.PROCEED);

  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");
  private static final HeaderName CONTENT_ENCODING = HeaderName.of("Content-Encoding");

  private final Verdict verdict = new Verdict.Enclose(this);

  private ContentType() {}

  @Override
  public Verdict onRequest(RequestHead request) {
    return request.method().equals("HEAD") ? Verdict.PROCEED : verdict;
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    behind.handle(new FilteredExchange(exchange, new Guess(exchange)));
  }

  /** One answer. */
  private record Guess(Exchange exchange) implements AnswerFilter {
    @Override
    public void whole(ResponseHead head) {}

    @Override
    public BodySink body(ResponseHead head, long length, Opening open) {
      boolean bodiless = length == 0 || head.status() == 204 || head.status() == 304;
      if (bodiless
          || head.headers().contains(CONTENT_TYPE)
          || head.headers().contains(CONTENT_ENCODING)) {
        return open.open(length);
      }
      return new HeldStart(
          exchange,
          ContentSniffer.MOST,
          (start, _) -> {
            if (start.hasRemaining()) {
              head.headers().set(CONTENT_TYPE, ContentSniffer.type(start));
            }
            return open.open(length);
          });
    }
  }
}
