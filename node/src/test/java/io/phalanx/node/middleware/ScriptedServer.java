package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.RequestHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server that a middleware asks, and the way to it. */
final class ScriptedServer implements Forwarder {
  private final ExchangeHandler answer;
  final List<String> asked = new ArrayList<>();
  Optional<RequestHead> head = Optional.empty();
  String body = "";

  ScriptedServer(ExchangeHandler answer) {
    this.answer = answer;
  }

  @Override
  public void forward(Exchange exchange, Target target) {
    head = Optional.of(exchange.request());
    asked.add(
        exchange.request().method()
            + ' '
            + target.url().getAuthority()
            + ' '
            + exchange.request().target());
    body = read(exchange);
    answer.handle(exchange);
  }

  @Override
  public Optional<String> unsupported(URI url) {
    return url.getScheme() == null ? Optional.of("there is no scheme") : Optional.empty();
  }

  List<String> headers() {
    var lines = new ArrayList<String>();
    head.orElseThrow().headers().forEach((name, value) -> lines.add(name + ": " + value));
    return lines;
  }

  /** The body of a request, to the end. */
  static String read(Exchange exchange) {
    var into = ByteBuffer.allocate(1000);
    try {
      while (exchange.requestBody().read(into) >= 0) {
        // To the end.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new String(into.array(), 0, into.position(), ISO_8859_1);
  }
}
