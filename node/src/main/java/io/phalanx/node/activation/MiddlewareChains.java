package io.phalanx.node.activation;

import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.middleware.MiddlewareContext;
import io.phalanx.node.middleware.MiddlewareType;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.FlowOptions;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.function.Function;

/** Builds the middlewares that routers name; chains are put in place of themselves. */
final class MiddlewareChains {
  private final Map<String, MiddlewareType<?>> types;
  private final Function<String, MiddlewareContext> contexts;
  private final Map<String, io.phalanx.providers.dynamic.Middleware> configured = new HashMap<>();

  MiddlewareChains(
      Map<String, MiddlewareType<?>> types,
      Function<String, MiddlewareContext> contexts,
      SortedMap<String, DynamicConfig> snapshots) {
    this.types = types;
    this.contexts = contexts;
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .middlewares()
                .forEach((name, middleware) -> configured.put(name + '@' + provider, middleware)));
  }

  /**
   * @param provider of the object that names them
   */
  List<Middleware> build(List<String> references, String provider) throws DisabledException {
    var built = new ArrayList<Middleware>();
    for (String reference : references) {
      build(Names.qualify(reference, provider), new LinkedHashSet<>(), built);
    }
    return built;
  }

  private void build(String name, SequencedSet<String> within, List<Middleware> built)
      throws DisabledException {
    io.phalanx.providers.dynamic.Middleware middleware = configured.get(name);
    if (middleware == null) {
      throw new DisabledException(
          "there is no middleware \"" + name + '"' + DidYouMean.among(name, configured.keySet()));
    }
    if (!within.add(name)) {
      throw new DisabledException(
          "middleware \"" + name + "\" contains itself: " + String.join(" -> ", within));
    }
    if (middleware.options() instanceof FlowOptions.Chain(List<String> parts)) {
      String provider = name.substring(name.indexOf('@') + 1);
      for (String part : parts) {
        build(Names.qualify(part, provider), within, built);
      }
    } else {
      built.add(single(name, middleware));
    }
    within.remove(name);
  }

  private Middleware single(String name, io.phalanx.providers.dynamic.Middleware middleware)
      throws DisabledException {
    MiddlewareType<?> type = types.get(middleware.type());
    if (type == null) {
      throw new DisabledException(
          "middleware \"" + name + "\": " + middleware.type() + " is not served yet");
    }
    try {
      return type.build(middleware.options(), contexts.apply(name));
    } catch (IllegalArgumentException e) {
      throw new DisabledException("middleware \"" + name + "\": " + e.getMessage());
    }
  }
}
