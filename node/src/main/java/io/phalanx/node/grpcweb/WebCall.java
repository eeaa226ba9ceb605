package io.phalanx.node.grpcweb;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.WrappedExchange;
import io.phalanx.node.filter.AnswerFilter;
import io.phalanx.node.filter.FilteredExchange;
import java.util.Optional;

/**
 * One call of gRPC-Web, which is one of gRPC to those behind. Answers that are not gRPC, as those
 * of the proxy itself, pass as they are: clients go by their status.
 */
public final class WebCall implements AnswerFilter {
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");
  private static final HeaderName TRAILER = HeaderName.of("Trailer");

  private final WebFormat format;
  private final CrossOrigin.Permission permission;

  private WebCall(WebFormat format, CrossOrigin.Permission permission) {
    this.format = format;
    this.permission = permission;
  }

  /** What the request is written in; empty if it is no such call. */
  public static Optional<WebFormat> format(RequestHead request) {
    return request.method().equals("POST") && request.upgrade().isEmpty()
        ? request.headers().first(CONTENT_TYPE).flatMap(WebFormat::of)
        : Optional.empty();
  }

  /** Makes the call one of gRPC; in front of it, as in the metrics, it stays what it is. */
  public static Exchange of(Exchange exchange, WebFormat format, CrossOrigin origins) {
    return new FilteredExchange(
        new Decoding(exchange, format), new WebCall(format, origins.of(exchange.request())));
  }

  /** Shows the messages of the request as gRPC has them. */
  private static final class Decoding extends WrappedExchange {
    private final RequestHead request;
    private final BodySource body;

    Decoding(Exchange exchange, WebFormat format) {
      super(exchange);
      this.request = exchange.request().copy();
      Headers headers = request.headers();
      headers.set(CONTENT_TYPE, format.toGrpc(headers.first(CONTENT_TYPE).orElseThrow()));
      this.body =
          switch (format) {
            case TEXT -> new DecodedBody(exchange.requestBody());
            case BINARY -> new UnannouncedBody(exchange.requestBody());
          };
    }

    @Override
    public RequestHead request() {
      return request;
    }

    @Override
    public BodySource requestBody() {
      return body;
    }
  }

  @Override
  public void whole(ResponseHead head) {
    permission.apply(head.headers());
  }

  @Override
  public BodySink body(ResponseHead head, long length, Opening open) {
    Headers headers = head.headers();
    Optional<String> type = headers.first(CONTENT_TYPE).filter(WebFormat::isGrpc);
    if (type.isEmpty()) {
      permission.apply(headers);
      return open.open(length);
    }
    headers.set(CONTENT_TYPE, format.ofGrpc(type.get()));
    headers.remove(TRAILER);
    permission.apply(headers);
    boolean told = headers.contains(FramedBody.STATUS);
    if (told && length == 0) {
      return open.open(0); // The head is all that there is, and where clients look, too.
    }
    BodySink sink = open.open(-1);
    return new FramedBody(
        switch (format) {
          case TEXT -> new EncodedBody(sink);
          case BINARY -> sink;
        },
        told);
  }
}
