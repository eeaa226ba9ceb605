package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.providers.dynamic.FlowOptions;
import io.phalanx.providers.dynamic.Middleware;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MiddlewareCompilerTest {
  private final MiddlewareCompiler compiler =
      new MiddlewareCompiler(
          List.of(AddPrefix.TYPE, StripPrefix.TYPE),
          (router, name) ->
              new MiddlewareContext(
                  router,
                  name,
                  Passage.counts(new LocalBudgets(System::nanoTime)),
                  Passage.counts(new LocalBudgets(System::nanoTime)),
                  () -> true,
                  new MemoryBound(0, () -> {}),
                  new ManualScheduler(),
                  Passage.PARTS));
  private final Map<String, Middleware> definitions = new HashMap<>();

  private void prefix(String name, String prefix) {
    definitions.put(name, new Middleware("addPrefix", new PathOptions.AddPrefix(prefix)));
  }

  private void chain(String name, String... members) {
    definitions.put(name, new Middleware("chain", new FlowOptions.Chain(List.of(members))));
  }

  private MiddlewareCompiler.Compiled compile(String... names) {
    return compiler.compile(
        "shop@file",
        List.of(names),
        name -> Optional.ofNullable(definitions.get(name)),
        ServiceFinder.NONE);
  }

  private static String pathBehind(MiddlewareCompiler.Compiled compiled, String path) {
    RequestHead head = TestRequest.get(path).head();
    compiled.steps().forEach(step -> step.onRequest(head));
    return head.path();
  }

  @Test
  void runsMiddlewaresInTheirOrder() {
    prefix("outer@file", "/outer");
    prefix("inner@file", "/inner");

    assertThat(pathBehind(compile("outer@file", "inner"), "/x")).isEqualTo("/inner/outer/x");
  }

  @Test
  void unfoldsChainsOfChainsInTheirPlace() {
    prefix("one@file", "/one");
    prefix("late@file", "/late");
    definitions.put(
        "strip@file",
        new Middleware("stripPrefix", new PathOptions.StripPrefix(List.of("/shop"), true)));
    chain("mark@file", "one");
    chain("public@file", "strip", "mark");

    assertThat(pathBehind(compile("public", "late"), "/shop/cart")).isEqualTo("/late/one/cart");
  }

  @Test
  void looksUpAChainsMembersInItsOwnProvider() {
    prefix("one@consulcatalog", "/consul");
    prefix("one@file", "/file");
    chain("both@consulcatalog", "one");

    assertThat(pathBehind(compile("both@consulcatalog"), "/x")).isEqualTo("/consul/x");
  }

  @Test
  void namesEveryMistake() {
    chain("holed@file", "nowhere");
    chain("round@file", "trip");
    chain("trip@file", "round");
    prefix("dots@file", "/a/../b");
    definitions.put(
        "later@file",
        new Middleware("replacePathRegex", new PathOptions.ReplacePathRegex("a", "b")));

    assertThat(compile("holed", "real@docker", "round", "dots", "later").mistakes())
        .containsExactly(
            "middleware nowhere@file does not exist",
            "middleware real@docker does not exist",
            "middleware round@file is a chain that holds itself",
            "middleware dots@file: prefix \"/a/../b\" holds a dot segment or an empty one",
            "middleware later@file: replacePathRegex is not served yet");
  }

  @Test
  void mayUseAMiddlewareTwice() {
    prefix("one@file", "/one");
    chain("a@file", "one");

    assertThat(pathBehind(compile("a", "a", "one"), "/x")).isEqualTo("/one/one/one/x");
  }

  @Test
  void refusesChainsThatMultiply() {
    prefix("c0@file", "/x");
    for (int i = 1; i < 40; i++) {
      chain("c" + i + "@file", "c" + (i - 1), "c" + (i - 1));
    }

    assertThat(compile("c39").mistakes()).containsExactly("more than 1000 middlewares");
  }
}
