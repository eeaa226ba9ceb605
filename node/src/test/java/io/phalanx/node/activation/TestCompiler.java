package io.phalanx.node.activation;

import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSessions;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.health.TestHealth;
import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.MiddlewareType;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.sticky.SigningKeys;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.TestCertificates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** Compilers of one entry point, web; a server answers with its host's name. */
final class TestCompiler {
  private static final Forwarder FORWARDER =
      (exchange, target) -> exchange.respond(Answer.text(200, target.url().getHost()));

  private TestCompiler() {}

  static Compiler of(List<MiddlewareType<?>> middlewares, SigningKeys keys) {
    var web =
        new EntryPointModel(
            "web", true, List.of(), List.of(), Optional.empty(), true, true, List.of());
    var counts = Passage.counts(new LocalBudgets(System::nanoTime));
    var memory = new MemoryBound(0, () -> {});
    return new Compiler(
        List.of(web),
        List.of(),
        new MiddlewareCompiler(
            middlewares,
            (router, name) ->
                new MiddlewareContext(
                    router,
                    name,
                    counts,
                    counts,
                    () -> true,
                    memory,
                    Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory()),
                    Passage.PARTS)),
        Map.of(),
        new ServiceParts(
            FORWARDER,
            _ -> new Forwarder.Transport() {},
            new Forwarder.Transport() {},
            new Copies(0, _ -> {}),
            memory,
            keys,
            new SessionMemory(new LocalSessions(System::nanoTime)),
            TestHealth.unasked(),
            TestTcp.PARTS,
            0),
        CertificateSources.of(() -> TestCertificates.FALLBACK));
  }
}
