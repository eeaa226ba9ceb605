package io.phalanx.node.activation;

import io.phalanx.node.middleware.MiddlewareCompiler;
import io.phalanx.node.pipeline.Steps;
import io.phalanx.providers.dynamic.Service;
import java.util.List;
import java.util.Optional;

/** The middlewares that services have in front of themselves, whoever leads to them. */
final class ServiceMiddlewares {
  private static final String OPTION = "middlewares";

  private final Middlewares middlewares;
  private final Scope scope;

  ServiceMiddlewares(Middlewares middlewares, Scope scope) {
    this.middlewares = middlewares;
    this.scope = scope;
  }

  /** Puts them in front; empty if there are mistakes, which are added to {@code mistakes}. */
  Optional<Services.Built> before(
      String qualified, Service service, Services.Built inner, ServiceMistakes mistakes) {
    List<String> names =
        service.middlewares().stream()
            .map(each -> Names.qualify(each, Names.providerOf(qualified)))
            .toList();
    if (names.isEmpty()) {
      return Optional.of(inner);
    }
    names.stream()
        .distinct()
        .forEach(
            each ->
                middlewares.refusal(each).ifPresent(reason -> mistakes.add(OPTION, reason, true)));
    if (mistakes.isEmpty() && middlewares.areTooMany(names)) {
      mistakes.add(
          OPTION,
          "more than " + MiddlewareCompiler.MAX_MIDDLEWARES + " middlewares, chains unfolded");
    }
    if (!mistakes.isEmpty()) {
      return Optional.empty();
    }
    if (!names.stream().allMatch(scope::covers)) {
      // Nobody here can tell of all of them, and nothing is served of what is only looked at.
      return Optional.of(inner);
    }
    MiddlewareCompiler.Compiled compiled = middlewares.compile(qualified, names);
    compiled.mistakes().forEach(reason -> mistakes.add(OPTION, reason, true));
    var steps = new Steps(qualified, compiled.steps(), inner.endpoint());
    return mistakes.isEmpty()
        ? Optional.of(inner.behind(steps, compiled.targets()))
        : Optional.empty();
  }
}
