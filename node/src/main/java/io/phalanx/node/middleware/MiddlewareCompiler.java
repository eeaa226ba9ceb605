package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.providers.dynamic.FlowOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes a router's list of middleware names into its steps. */
public final class MiddlewareCompiler {
  /** Chains of chains grow fast; no router needs as many. */
  public static final int MAX_MIDDLEWARES = 1000;

  private final Map<String, MiddlewareType<?>> types = new LinkedHashMap<>();
  private final BiFunction<String, String, MiddlewareContext> contexts;

  /**
   * @param contexts makes the context of a middleware, by the names of its router and its own
   */
  public MiddlewareCompiler(
      List<MiddlewareType<?>> types, BiFunction<String, String, MiddlewareContext> contexts) {
    types.forEach(type -> this.types.put(type.name(), type));
    this.contexts = contexts;
  }

  /**
   * What became of a list of names.
   *
   * @param steps in the order in which they see a request
   * @param mistakes why the router cannot be served, each naming its middleware; all of them
   */
  public record Compiled(List<Middleware> steps, List<String> mistakes) {
    public Compiled {
      steps = List.copyOf(steps);
      mistakes = List.copyOf(mistakes);
    }

    /** Where the steps send requests of their own. */
    public Set<Forwarder.Target> targets() {
      return steps.stream()
          .flatMap(step -> step.targets().stream())
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /**
   * Builds the middlewares that {@code names} refer to, chains unfolded in their place. A name
   * without {@code @} is one of the same provider: the router's, and inside a chain the chain's.
   *
   * @param router qualified name of the router
   * @param names those of the entry point first, then the router's own
   * @param definitions all middlewares by their qualified names
   * @param services those that middlewares may ask
   */
  public Compiled compile(
      String router,
      List<String> names,
      Function<String, Optional<io.phalanx.providers.dynamic.Middleware>> definitions,
      ServiceFinder services) {
    var compilation = new Compilation(router, definitions, services);
    compilation.addAll(names, providerOf(router));
    return new Compiled(compilation.steps, compilation.mistakes);
  }

  /**
   * Why a middleware cannot be served, whoever names it; empty if it can. What a chain refers to is
   * not looked at.
   *
   * @param name qualified
   */
  public Optional<String> refusal(
      String name, io.phalanx.providers.dynamic.Middleware definition, ServiceFinder services) {
    if (definition.options() instanceof FlowOptions.Chain) {
      return Optional.empty();
    }
    MiddlewareType<?> type = types.get(definition.type());
    if (type == null) {
      return Optional.of(definition.type() + " is not served yet");
    }
    try {
      type.build(definition.options(), contexts.apply(name, name).among(services));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static String providerOf(String qualified) {
    return qualified.substring(qualified.lastIndexOf('@') + 1);
  }

  /** One router's middlewares on their way. */
  private final class Compilation {
    private final String router;
    private final Function<String, Optional<io.phalanx.providers.dynamic.Middleware>> definitions;
    private final ServiceFinder services;
    private final SequencedSet<String> open = new LinkedHashSet<>();
    private final List<Middleware> steps = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();
    private int count;

    Compilation(
        String router,
        Function<String, Optional<io.phalanx.providers.dynamic.Middleware>> definitions,
        ServiceFinder services) {
      this.router = router;
      this.definitions = definitions;
      this.services = services;
    }

    void addAll(List<String> names, String provider) {
      for (String name : names) {
        if (count > MAX_MIDDLEWARES) {
          return;
        }
        count++;
        if (count > MAX_MIDDLEWARES) {
          mistakes.add("more than " + MAX_MIDDLEWARES + " middlewares");
          return;
        }
        add(name.contains("@") ? name : name + '@' + provider);
      }
    }

    private void add(String name) {
      Optional<io.phalanx.providers.dynamic.Middleware> found = definitions.apply(name);
      if (found.isEmpty()) {
        mistakes.add("middleware " + name + " does not exist");
      } else if (found.get().options() instanceof FlowOptions.Chain chain) {
        addChain(name, chain);
      } else {
        build(name, found.get());
      }
    }

    private void addChain(String name, FlowOptions.Chain chain) {
      if (!open.add(name)) {
        mistakes.add("middleware " + name + " is a chain that holds itself");
        return;
      }
      addAll(chain.middlewares(), providerOf(name));
      open.remove(name);
    }

    private void build(String name, io.phalanx.providers.dynamic.Middleware definition) {
      Optional<MiddlewareType<?>> type = Optional.ofNullable(types.get(definition.type()));
      if (type.isEmpty()) {
        mistakes.add("middleware " + name + ": " + definition.type() + " is not served yet");
        return;
      }
      try {
        steps.add(
            type.get().build(definition.options(), contexts.apply(router, name).among(services)));
      } catch (IllegalArgumentException e) {
        mistakes.add("middleware " + name + ": " + e.getMessage());
      }
    }
  }
}
