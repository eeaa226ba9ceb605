package io.phalanx.node.activation;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.providers.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A configuration that is ready to serve.
 *
 * @param routing by the name of the entry point
 * @param targets where requests may be sent to
 * @param healths those of servers that are to be looked at
 * @param problems objects that were left out, and why
 * @param services what each router sends to, by the router's name in logs and metrics
 * @param answering qualified names of all services that may answer, those behind others included
 * @param certificates all that were given, with the default one
 * @param fallback the one that is shown where no other fits
 * @param served those of them that are served by their names
 * @param needs what is wanted of certificate resolvers
 * @param routersOf for whose hosts a certificate with some names is, as text; empty if there are
 *     none
 * @param routers how many routers of users there are, each counted once
 */
public record Compiled(
    Map<String, Routing> routing,
    Set<Forwarder.Target> targets,
    Set<ServerHealth> healths,
    List<Problem> problems,
    Map<String, String> services,
    Set<String> answering,
    List<ServerCertificate> certificates,
    Supplier<ServerCertificate> fallback,
    List<ServerCertificate> served,
    Set<CertificateNeed> needs,
    Function<Set<String>, String> routersOf,
    int routers) {
  public Compiled {
    routing = Map.copyOf(routing);
    targets = Set.copyOf(targets);
    healths = Set.copyOf(healths);
    problems = List.copyOf(problems);
    services = Map.copyOf(services);
    answering = Set.copyOf(answering);
    certificates = List.copyOf(certificates);
    served = List.copyOf(served);
    needs = Set.copyOf(needs);
  }
}
