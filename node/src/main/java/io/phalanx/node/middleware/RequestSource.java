package io.phalanx.node.middleware;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.providers.dynamic.LimitOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What requests are told apart by (Traefik's {@code sourceCriterion}): the peer's address unless
 * something else is asked for. Where the criterion finds nothing all such requests are one.
 */
final class RequestSource {
  private final Function<RequestHead, String> source;

  RequestSource(Optional<LimitOptions.SourceCriterion> criterion) {
    this.source = criterion.map(RequestSource::of).orElse(request -> request.peer().text());
  }

  String of(RequestHead request) {
    return source.apply(request);
  }

  private static Function<RequestHead, String> of(LimitOptions.SourceCriterion criterion) {
    if (criterion.requestHost()) {
      return RequestHead::routingHost;
    }
    if (criterion.requestHeaderName().isPresent()) {
      HeaderName name = HeaderName.of(criterion.requestHeaderName().get());
      return request -> request.headers().first(name).orElse("");
    }
    return criterion.ipStrategy().map(RequestSource::of).orElse(request -> request.peer().text());
  }

  private static Function<RequestHead, String> of(LimitOptions.IpStrategy strategy) {
    List<AddressRange> excluded = strategy.excludedIPs().stream().map(AddressRange::parse).toList();
    Optional<Integer> subnet = strategy.ipv6Subnet();
    if (strategy.depth() > 0) {
      return request -> masked(fromRight(request, strategy.depth()), subnet);
    }
    if (!excluded.isEmpty()) {
      return request -> firstNotExcluded(request, excluded);
    }
    return request -> masked(request.peer().text(), subnet);
  }

  private static String[] forwardedFor(RequestHead request) {
    return request
        .headers()
        .first(HeaderName.X_FORWARDED_FOR)
        .map(line -> line.split(","))
        .orElse(new String[0]);
  }

  private static String fromRight(RequestHead request, int depth) {
    String[] addresses = forwardedFor(request);
    return depth > addresses.length ? "" : addresses[addresses.length - depth].strip();
  }

  private static String firstNotExcluded(RequestHead request, List<AddressRange> excluded) {
    String[] addresses = forwardedFor(request);
    for (int i = addresses.length - 1; i >= 0; i--) {
      String address = addresses[i].strip();
      if (!isExcluded(address, excluded)) {
        return address;
      }
    }
    return "";
  }

  private static boolean isExcluded(String text, List<AddressRange> excluded) {
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      return excluded.stream().anyMatch(range -> range.contains(address));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static String masked(String text, Optional<Integer> ipv6Subnet) {
    if (ipv6Subnet.isEmpty() || text.isEmpty()) {
      return text;
    }
    try {
      return AddressRange.ipv6Network(InetAddress.ofLiteral(text), ipv6Subnet.get());
    } catch (IllegalArgumentException _) {
      return text;
    }
  }
}
