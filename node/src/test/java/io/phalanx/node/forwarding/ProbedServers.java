package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.health.ForwardedProbes;
import io.phalanx.node.health.Question;
import io.phalanx.node.service.Server;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.HealthCheck;
import io.phalanx.providers.dynamic.Service;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Asks servers how they are, through real sockets. */
abstract class ProbedServers {
  final HttpForwarder forwarder = new HttpForwarder();
  final Forwarder.Transport standard = forwarder.transport(TransportOptions.standard());
  Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  static HealthCheck options(String options) {
    String text = "http: {services: {s: {loadBalancer: {healthCheck: {" + options + "}}}}}";
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", text);
    assertThat(read.decoded().problems()).isEmpty();
    Service service = read.decoded().value().orElseThrow().http().services().get("s");
    return Optional.ofNullable(service)
        .flatMap(Service::loadBalancer)
        .flatMap(Service.LoadBalancer::healthCheck)
        .orElseThrow();
  }

  Optional<String> trouble(URI server, String options) {
    return trouble(server, options, standard);
  }

  Optional<String> trouble(URI server, String options, Forwarder.Transport transport) {
    var told = new CompletableFuture<Optional<String>>();
    new ForwardedProbes(forwarder, forwarder.tcp(), workers.ioThreads())
        .ask(
            Question.of(options(options), Server.of(server.toString(), 1, false), transport),
            told::complete);
    return told.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Answers everything with this status. */
  static ScriptedServer.Script status(int status) {
    return connection -> {
      while (true) {
        connection.readHead();
        connection.send("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
      }
    };
  }
}
