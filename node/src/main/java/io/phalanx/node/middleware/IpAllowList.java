package io.phalanx.node.middleware;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.address.ClientAddress;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.StatusTexts;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.AccessOptions;
import io.phalanx.providers.dynamic.LimitOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * {@code ipAllowList}, and {@code ipWhiteList}, its older name: lets requests pass whose client's
 * address is in one of the ranges. Without {@code ipStrategy} that is the connection's; what {@code
 * ipStrategy} does not find is in no range.
 */
public final class IpAllowList implements Middleware {
  public static final MiddlewareType<AccessOptions.IpAllowList> TYPE =
      new MiddlewareType<>(
          "ipAllowList",
          AccessOptions.IpAllowList.class,
          (options, _) ->
              new IpAllowList(
                  options.sourceRange(), options.ipStrategy(), options.rejectStatusCode()));

  public static final MiddlewareType<AccessOptions.IpWhiteList> OLDER_TYPE =
      new MiddlewareType<>(
          "ipWhiteList",
          AccessOptions.IpWhiteList.class,
          (options, _) -> new IpAllowList(options.sourceRange(), options.ipStrategy(), 403));

  private final List<AddressRange> ranges;
  private final Optional<ClientAddress> strategy;
  private final Verdict rejected;

  private IpAllowList(
      List<String> ranges, Optional<LimitOptions.IpStrategy> strategy, int rejectStatus) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("sourceRange must not be empty");
    }
    this.ranges = ranges.stream().map(text -> AddressRange.parse(text.strip())).toList();
    this.strategy = strategy.map(ClientAddress::new);
    String text =
        StatusTexts.of(rejectStatus)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "rejectStatusCode " + rejectStatus + " is no status of an answer"));
    this.rejected = new Verdict.Respond(Answer.text(rejectStatus, text));
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    Optional<InetAddress> client =
        strategy.isEmpty()
            ? Optional.of(request.peer().address())
            : ClientAddress.literal(strategy.get().of(request));
    return client.isPresent() && isAllowed(client.get()) ? Verdict.PROCEED : rejected;
  }

  private boolean isAllowed(InetAddress client) {
    for (AddressRange range : ranges) {
      if (range.contains(client)) {
        return true;
      }
    }
    return false;
  }
}
