package io.phalanx.node.address;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.providers.dynamic.LimitOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Whose a request is, by {@code ipStrategy}: the connection's address, or one of {@code
 * X-Forwarded-For}, which the entry point vouches for. An address is the same however it is spelt,
 * with a port or without.
 */
public final class ClientAddress {
  private final int depth;
  private final List<AddressRange> excluded;
  private final int ipv6Bits;

  /**
   * @throws IllegalArgumentException if an excluded address is none
   */
  public ClientAddress(LimitOptions.IpStrategy strategy) {
    this.depth = Math.max(0, strategy.depth());
    this.excluded =
        strategy.excludedIPs().stream().map(text -> AddressRange.parse(text.strip())).toList();
    this.ipv6Bits = strategy.ipv6Subnet().orElse(128);
  }

  /** The address as text; empty if {@code X-Forwarded-For} does not hold it. */
  public String of(RequestHead request) {
    if (depth == 0 && excluded.isEmpty()) {
      return ipv6Bits == 128
          ? request.peer().text()
          : AddressRange.ipv6Network(request.peer().address(), ipv6Bits);
    }
    String list = String.join(",", request.headers().all(HeaderName.X_FORWARDED_FOR));
    return depth > 0 ? canonical(fromRight(list)) : firstNotExcluded(list);
  }

  private String fromRight(String list) {
    int end = list.length();
    for (int at = 1; at < depth; at++) {
      end = list.lastIndexOf(',', end - 1);
      if (end < 0) {
        return "";
      }
    }
    return list.substring(list.lastIndexOf(',', end - 1) + 1, end).strip();
  }

  private String firstNotExcluded(String list) {
    for (int end = list.length(); end >= 0; ) {
      int comma = list.lastIndexOf(',', end - 1);
      String text = list.substring(comma + 1, end).strip();
      if (!text.isEmpty() && !isExcluded(text)) {
        return canonical(text);
      }
      end = comma;
    }
    return "";
  }

  private boolean isExcluded(String text) {
    Optional<InetAddress> address = literal(withoutPort(text));
    return address.isPresent()
        && excluded.stream().anyMatch(range -> range.contains(address.get()));
  }

  private String canonical(String text) {
    return literal(withoutPort(text))
        .map(address -> AddressRange.ipv6Network(address, ipv6Bits))
        .orElse(text);
  }

  /** Some proxies send the client's port with its address. */
  private static String withoutPort(String text) {
    int colon = text.lastIndexOf(':');
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 ? text : text.substring(1, end);
    }
    return colon > 0 && text.indexOf(':') == colon && text.indexOf('.') >= 0
        ? text.substring(0, colon)
        : text;
  }

  /** The address that a text is, in full and without a zone; empty if it is none. */
  public static Optional<InetAddress> literal(String text) {
    return AddressRange.literal(text);
  }
}
