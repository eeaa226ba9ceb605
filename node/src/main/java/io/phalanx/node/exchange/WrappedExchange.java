package io.phalanx.node.exchange;

import java.util.function.Consumer;

/** An exchange in front of another one, whose is all that is not overridden. */
public abstract class WrappedExchange implements Exchange {
  protected final Exchange exchange;

  protected WrappedExchange(Exchange exchange) {
    this.exchange = exchange;
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
  public BodySink startResponse(long length) {
    return exchange.startResponse(length);
  }

  @Override
  public Tunnel startTunnel() {
    return exchange.startTunnel();
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
  public void addResponseStep(ResponseStep step) {
    exchange.addResponseStep(step);
  }

  @Override
  public Trail trail() {
    return exchange.trail();
  }
}
