package io.phalanx.node.filter;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.exchange.WrappedExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * An exchange whose answer goes through a filter. To those behind it is an exchange like any other;
 * their response steps see the head before the filter does. A tunnel goes past it.
 */
public final class FilteredExchange extends WrappedExchange {
  private final AnswerFilter filter;
  private final List<ResponseStep> steps = new ArrayList<>(2);
  private boolean opening;
  private boolean replaced;

  /**
   * @param exchange nothing was answered on it
   */
  public FilteredExchange(Exchange exchange, AnswerFilter filter) {
    super(exchange);
    this.filter = filter;
    exchange.addResponseStep(this::onWhole);
  }

  /** In front of the steps of those in front: nobody behind has seen this head yet. */
  private void onWhole(ResponseHead head) {
    if (!opening) {
      replaced = true;
      runSteps(head);
      filter.whole(head);
    }
  }

  private void runSteps(ResponseHead head) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).onResponse(head);
    }
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    steps.add(step);
  }

  @Override
  public BodySink startResponse(long length) {
    runSteps(exchange.response());
    return filter.body(exchange.response(), length, this::open);
  }

  private BodySink open(long length) {
    if (replaced) {
      return new ReplacedAnswer();
    }
    opening = true;
    try {
      return exchange.startResponse(length);
    } finally {
      opening = false;
    }
  }

  @Override
  public Tunnel startTunnel() {
    runSteps(exchange.response());
    opening = true;
    try {
      return exchange.startTunnel();
    } finally {
      opening = false;
    }
  }
}
