package io.phalanx.node.activation;

import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.middleware.ServiceFinder;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.FlowOptions;
import io.phalanx.providers.dynamic.Middleware;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/** All middlewares of some snapshots, each judged once, whether a router names it or not. */
final class Middlewares {
  private static final String SECTION = "http.middlewares";

  private final MiddlewareCompiler compiler;
  private final Scope scope;
  private final Flaws flaws;
  private final Map<String, Middleware> definitions = new LinkedHashMap<>();

  /** How many middlewares each stands for, its own chains unfolded; 0 if it is left out. */
  private final Map<String, Integer> sizes = new HashMap<>();

  private final Map<String, Integer> depths;
  private final SharedBudgets budgets = new SharedBudgets();
  private final Set<String> open = new LinkedHashSet<>();
  private ServiceFinder services = ServiceFinder.NONE;

  Middlewares(
      MiddlewareCompiler compiler,
      SortedMap<String, DynamicConfig> snapshots,
      Scope scope,
      Flaws flaws) {
    this.compiler = compiler;
    this.scope = scope;
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .middlewares()
                .forEach(
                    (name, middleware) ->
                        definitions.put(Names.defined(name, provider), middleware)));
    this.depths = Nesting.innermostFirst(definitions.keySet(), this::members);
  }

  /** Qualified names of what a chain has; nothing of another middleware. */
  private List<String> members(String name) {
    Middleware definition = definitions.get(name);
    return definition != null && definition.options() instanceof FlowOptions.Chain chain
        ? chain.middlewares().stream()
            .map(member -> Names.qualify(member, Names.providerOf(name)))
            .toList()
        : List.of();
  }

  /**
   * The services that middlewares ask, by qualified names.
   *
   * @param names of the middlewares
   */
  Stream<String> asked(List<String> names) {
    var seen = new LinkedHashSet<>(names);
    Deque<String> left = new ArrayDeque<>(seen);
    while (!left.isEmpty()) {
      members(left.pop()).stream().filter(seen::add).forEach(left::push);
    }
    return seen.stream().flatMap(name -> asked(name).stream());
  }

  private Optional<String> asked(String name) {
    Middleware definition = definitions.get(name);
    return definition != null && definition.options() instanceof FlowOptions.Errors errors
        ? Optional.of(Names.qualify(errors.service(), Names.providerOf(name)))
        : Optional.empty();
  }

  /** Those that middlewares may ask themselves; before any is judged. */
  void findServicesBy(ServiceFinder finder) {
    services = finder;
  }

  /** Judges all that nobody has asked for yet. */
  void judge() {
    depths.keySet().forEach(name -> size(name, Objects.requireNonNull(definitions.get(name))));
  }

  private Optional<Middleware> definition(String name) {
    return Optional.ofNullable(definitions.get(name));
  }

  /**
   * Why something that names this middleware cannot be served; empty if it can, or if nobody here
   * can tell.
   *
   * @param name qualified
   */
  Optional<String> refusal(String name) {
    Middleware definition = definitions.get(name);
    if (definition == null) {
      return scope.covers(name)
          ? Optional.of(flaws.missing("middleware", name, definitions.keySet()))
          : Optional.empty();
    }
    if (open.contains(name)) {
      return Optional.of("its middleware \"" + name + "\" leads back to it");
    }
    return size(name, definition) > 0
        ? Optional.empty()
        : Optional.of("its middleware \"" + name + "\" is left out");
  }

  /**
   * Builds middlewares that are not refused.
   *
   * @param owner qualified name of the router or the service whose they are
   */
  MiddlewareCompiler.Compiled compile(String owner, List<String> names) {
    return compiler.compile(owner, names, this::definition, services);
  }

  /** Whether a list of middlewares that can be served is longer than any router needs. */
  boolean areTooMany(List<String> names) {
    long count = 0;
    for (String name : names) {
      count += sizes.getOrDefault(name, 1);
    }
    return count > MiddlewareCompiler.MAX_MIDDLEWARES;
  }

  private int size(String name, Middleware definition) {
    Integer known = sizes.get(name);
    if (known != null) {
      return known;
    }
    open.add(name);
    int size =
        definition.options() instanceof FlowOptions.Chain
            ? chainSize(name)
            : plainSize(name, definition);
    open.remove(name);
    sizes.put(name, size);
    return size;
  }

  private int plainSize(String name, Middleware definition) {
    Optional<String> refusal =
        compiler
            .refusal(name, definition, services)
            .or(() -> budgets.refusal(name, definition.options()));
    refusal.ifPresent(reason -> report(name, definition.type(), reason, false));
    return refusal.isEmpty() ? 1 : 0;
  }

  private int chainSize(String name) {
    if (depths.getOrDefault(name, 1) > Nesting.MOST || open.size() > Nesting.MOST_OPEN) {
      report(name, "chain", "chains are nested more than " + Nesting.MOST + " deep", false);
      return 0;
    }
    List<String> members = members(name);
    boolean broken = false;
    for (String member : members) {
      boolean circle = open.contains(member);
      Optional<String> refusal =
          circle ? Optional.of("the chain leads back to \"" + member + '"') : refusal(member);
      refusal.ifPresent(reason -> report(name, "chain.middlewares", reason, !circle));
      broken |= refusal.isPresent();
    }
    if (!broken && areTooMany(members)) {
      report(
          name,
          "chain",
          "stands for more than " + MiddlewareCompiler.MAX_MIDDLEWARES + " middlewares",
          false);
      return 0;
    }
    int inside = members.stream().mapToInt(member -> sizes.getOrDefault(member, 1)).sum();
    return broken ? 0 : 1 + inside;
  }

  private void report(String name, String option, String reason, boolean ofAnother) {
    String provider = Names.providerOf(name);
    String plain = name.substring(0, name.length() - provider.length() - 1);
    flaws.add(provider, new Flaw(SECTION, plain, option, "is not served: " + reason, ofAnother));
  }
}
