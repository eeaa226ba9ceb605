package io.phalanx.node.filter;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An exchange whose answer goes through a filter. To those behind it is an exchange like any other;
 * their response steps see the head before the filter does. A tunnel goes past it.
 */
public final class FilteredExchange implements Exchange {
  private final Exchange exchange;
  private final AnswerFilter filter;
  private final List<ResponseStep> steps = new ArrayList<>(2);
  private boolean opening;
  private boolean replaced;

  /**
   * @param exchange nothing was answered on it
   */
  public FilteredExchange(Exchange exchange, AnswerFilter filter) {
    this.exchange = exchange;
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

  @Override
  public RequestHead request() {
    return exchange.request();
  }

  @Override
  public ClientConnection client() {
    return exchange.client();
  }

  @Override
  public BodySource requestBody() {
    return exchange.requestBody();
  }

  @Override
  public IoThread ioThread() {
    return exchange.ioThread();
  }

  @Override
  public void suspend() {
    exchange.suspend();
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    exchange.sendInterim(status, fill);
  }

  @Override
  public ResponseHead response() {
    return exchange.response();
  }

  @Override
  public void respond(Answer answer) {
    exchange.respond(answer);
  }

  @Override
  public void fail(Failure failure) {
    exchange.fail(failure);
  }

  @Override
  public void whenAbandoned(Runnable cleanup) {
    exchange.whenAbandoned(cleanup);
  }

  @Override
  public void whenOver(Runnable told) {
    exchange.whenOver(told);
  }

  @Override
  public Trail trail() {
    return exchange.trail();
  }
}
