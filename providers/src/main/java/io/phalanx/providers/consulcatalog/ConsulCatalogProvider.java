package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.Checker;
import io.phalanx.providers.Problem;
import io.phalanx.providers.Provider;
import io.phalanx.providers.ProviderType;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Dynamic configuration from the services in Consul's catalog and their tags.
 *
 * <p>Snapshots are whole: one service that cannot be asked about fails the round, and the last
 * snapshot stays. An instance whose tags have mistakes is named; what of it is without mistakes
 * counts, and so do the others.
 */
public final class ConsulCatalogProvider implements Provider {
  public static final ProviderType<ConsulCatalogOptions> TYPE =
      new ProviderType<>(
          "consulCatalog",
          "consulcatalog",
          ConsulCatalogOptions.class,
          (options, checker) -> new ConsulCatalogProvider(options, System.getenv(), checker));

  /** Requests to the agent at one time. */
  private static final int MAX_CONCURRENT = 16;

  private final ConsulCatalogOptions options;
  private final Map<String, String> environment;
  private final TagConfig tagConfig;
  private final Predicate<Collection<String>> constraints;
  private final Checker checker;

  /**
   * @throws IllegalArgumentException if the agent cannot be asked with these options
   */
  ConsulCatalogProvider(
      ConsulCatalogOptions options, Map<String, String> environment, Checker checker) {
    this.options = options;
    this.environment = Map.copyOf(environment);
    this.checker = checker;
    try {
      Catalog.check(options.endpoint(), environment);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    this.tagConfig = new TagConfig(options.prefix(), options.ruleTemplate(), environment);
    this.constraints = Constraints.parse(options.constraints());
  }

  @Override
  public void run(Consumer<Snapshot> out) throws IOException, InterruptedException {
    try (var catalog = new Catalog(options, environment);
        var changes = changes(catalog)) {
      while (true) {
        out.accept(snapshot(catalog));
        changes.await();
      }
    }
  }

  private Changes changes(Catalog catalog) {
    return options.watch() ? new CatalogWatch(catalog) : Changes.every(options.refreshInterval());
  }

  private Snapshot snapshot(Catalog catalog) throws IOException, InterruptedException {
    var problems = new ArrayList<Problem>();
    var merging = new Merging();
    var names = new TreeMap<>(catalog.services().value());
    names.entrySet().removeIf(service -> !mayCount(service.getKey(), service.getValue(), problems));
    for (Instance instance : instances(catalog, List.copyOf(names.keySet()))) {
      if (counts(instance)) {
        TagConfig.Result result = tagConfig.of(instance);
        problems.addAll(result.problems());
        result.config().ifPresent(config -> merging.add(instance, config));
      }
    }
    DynamicConfig config = merging.config(problems);
    checker.flaws(config).forEach(flaw -> problems.add(merging.problem(flaw)));
    return new Snapshot(config, problems);
  }

  /** Saves asking about services that none of the tags of any instance exposes. */
  private boolean mayCount(String service, List<String> tags, List<Problem> problems) {
    String enable = options.prefix() + ".enable";
    boolean possible =
        options.exposedByDefault()
            || tags.stream()
                .anyMatch(tag -> tag.regionMatches(true, 0, enable, 0, enable.length()));
    if (possible && !Catalog.canAskAbout(service)) {
      problems.add(
          new Problem("service " + service, 0, "", "is left out: its name cannot stand in a URL"));
      return false;
    }
    return possible;
  }

  private boolean counts(Instance instance) {
    return TagConfig.enabled(options.prefix(), instance.labels()).orElse(options.exposedByDefault())
        && constraints.test(instance.tags())
        && options.strictChecks().contains(instance.health());
  }

  private static List<Instance> instances(Catalog catalog, List<String> services)
      throws IOException, InterruptedException {
    var free = new Semaphore(MAX_CONCURRENT);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<List<Instance>>>();
      for (String service : services) {
        answers.add(
            threads.submit(
                () -> {
                  free.acquire();
                  try {
                    return catalog.instances(service);
                  } finally {
                    free.release();
                  }
                }));
      }
      var instances = new ArrayList<Instance>();
      try {
        for (Future<List<Instance>> answer : answers) {
          instances.addAll(answer.get());
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException failure
            ? failure
            : new IOException("Consul's answer cannot be used: " + e.getCause(), e);
      } finally {
        threads.shutdownNow();
      }
      instances.sort(Comparator.comparing(Instance::service).thenComparing(Instance::id));
      return instances;
    }
  }
}
