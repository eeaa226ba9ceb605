package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.health.TestHealth;
import io.phalanx.node.middleware.AddPrefix;
import io.phalanx.node.middleware.Errors;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.ServersTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** A compiler with two entry points and two kinds of middlewares. */
final class CompilerRig {
  private static final Endpoint NOTHING = _ -> {};

  private static Forwarder.Transport transport(ServersTransport options) {
    if (!options.rootCAs().isEmpty()) {
      throw new IllegalArgumentException("rootCAs: there is no file");
    }
    return new Forwarder.Transport() {};
  }

  static Compiler compiler(String... entryPointMiddlewares) {
    return compiler(CertificateSources.of(() -> TestCertificates.FALLBACK), entryPointMiddlewares);
  }

  static Compiler compiler(CertificateSources certificates, String... entryPointMiddlewares) {
    var web =
        new EntryPointModel(
            "web",
            true,
            List.of(),
            List.of(entryPointMiddlewares),
            Optional.empty(),
            true,
            true,
            List.of());
    var traefik =
        new EntryPointModel(
            "traefik", false, List.of(), List.of(), Optional.empty(), true, true, List.of());
    var counts = Passage.counts(new LocalBudgets(System::nanoTime));
    return new Compiler(
        List.of(web, traefik),
        List.of(),
        new MiddlewareCompiler(
            List.of(AddPrefix.TYPE, Errors.TYPE),
            (router, name) ->
                new MiddlewareContext(
                    router,
                    name,
                    counts,
                    counts,
                    () -> true,
                    new MemoryBound(0, () -> {}),
                    Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory()),
                    Passage.PARTS)),
        Map.of("ping@internal", NOTHING),
        new ServiceParts(
            new Forwarder() {
              @Override
              public void forward(Exchange exchange, Target target) {
                throw new IllegalStateException("nothing is forwarded here");
              }
            },
            CompilerRig::transport,
            new Forwarder.Transport() {},
            new Copies(0, _ -> {}),
            new MemoryBound(0, () -> {}),
            _ -> {
              throw new IOException("nothing is signed here");
            },
            new SessionMemory(new LocalSessions(System::nanoTime)),
            TestHealth.unasked(),
            TestTcp.PARTS,
            0),
        certificates);
  }

  static DynamicConfig config(String http) {
    return block("http", http);
  }

  private static DynamicConfig block(String name, String text) {
    DynamicConfigReader.Result read =
        DynamicConfigReader.read("f.yml", name + ":\n" + text.indent(2));
    assertThat(read.decoded().problems()).isEmpty();
    return read.decoded().value().orElseThrow();
  }

  static SortedMap<String, DynamicConfig> file(String http) {
    return new TreeMap<>(Map.of("file", config(http)));
  }

  static SortedMap<String, DynamicConfig> tcpFile(String tcp) {
    return new TreeMap<>(Map.of("file", block("tcp", tcp)));
  }

  static List<String> problems(SortedMap<String, DynamicConfig> snapshots) {
    return compiler().compile(snapshots).problems().stream()
        .map(problem -> problem.path() + ": " + problem.message())
        .toList();
  }

  private CompilerRig() {}
}
