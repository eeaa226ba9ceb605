package io.phalanx.node.middleware;

import io.phalanx.cluster.Sha256;
import io.phalanx.node.address.ClientAddress;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.providers.dynamic.LimitOptions;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/**
 * What requests are told apart by (Traefik's {@code sourceCriterion}): the peer's address unless
 * something else is asked for. Where the criterion finds nothing all such requests are one. A host
 * and an address are the same however they are spelt.
 */
final class RequestSource {
  private final Function<RequestHead, String> source;

  /**
   * @throws IllegalArgumentException if an option cannot be used; the message names its value
   */
  RequestSource(Optional<LimitOptions.SourceCriterion> criterion) {
    this.source = criterion.map(RequestSource::of).orElse(request -> request.peer().text());
  }

  /** The same text for requests of one source; never a header's value itself. */
  String of(RequestHead request) {
    return source.apply(request);
  }

  private static Function<RequestHead, String> of(LimitOptions.SourceCriterion criterion) {
    if (criterion.requestHost()) {
      return RequestHead::routingHost;
    }
    if (criterion.requestHeaderName().isPresent()) {
      HeaderName name = HeaderName.of(criterion.requestHeaderName().get());
      return request -> digest(request.headers().first(name).orElse(""));
    }
    if (criterion.ipStrategy().isPresent()) {
      return new ClientAddress(criterion.ipStrategy().get())::of;
    }
    return request -> request.peer().text();
  }

  /** Values may be secret, and what is counted is kept in the whole fleet. */
  private static String digest(String value) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(value));
  }
}
