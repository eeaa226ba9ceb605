package io.phalanx.node.activation;

import io.phalanx.cluster.revision.Revision;
import io.phalanx.providers.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes revisions over: builds all of the new before it touches anything, then swaps, then lets go
 * of what only the old needed.
 */
public final class Activator implements Consumer<Revision> {
  private static final Logger LOG = LoggerFactory.getLogger(Activator.class);

  private final Plans plans;
  private final Contents contents;
  private final Consumer<Compiled> taken;
  private final Set<String> awaitedProviders;
  private final CountDownLatch complete = new CountDownLatch(1);
  private Optional<Prepared> prepared = Optional.empty();
  private Optional<Revision> accepted = Optional.empty();
  private volatile State state =
      new State(
          0, "", RevisionContent.of(io.phalanx.providers.tree.Tree.Mapping.EMPTY), List.of(), 0);

  /**
   * What is active.
   *
   * @param fingerprint the same on two nodes if and only if the revision is the same
   * @param problems what is left out and why: what providers told, and what this node found
   * @param routers how many of users there are
   */
  public record State(
      long number,
      String fingerprint,
      RevisionContent content,
      List<Problem> problems,
      int routers) {
    public State {
      problems = List.copyOf(problems);
    }
  }

  /**
   * @param plans what settings make of this node
   * @param contents told what is active
   * @param taken told of each configuration once it serves
   * @param awaitedProviders providers without whose first snapshot the configuration is not
   *     complete
   */
  public Activator(
      Plans plans, Contents contents, Consumer<Compiled> taken, Set<String> awaitedProviders) {
    this.plans = plans;
    this.contents = contents;
    this.taken = taken;
    this.awaitedProviders = Set.copyOf(awaitedProviders);
  }

  /** A revision that is ready to be taken over. */
  private record Prepared(
      Revision revision, RevisionContent content, Plan plan, Compiled compiled, Duration took) {}

  /**
   * Builds all of a revision that may come, and opens nothing.
   *
   * @throws IllegalStateException if this node cannot read it
   */
  public synchronized void prepare(Revision revision) {
    long start = System.nanoTime();
    RevisionContent content = contents.of(revision);
    Plan plan = plans.plan(content.settings());
    prepared = Optional.of(prepared(revision, content, plan, start));
  }

  private static Prepared prepared(
      Revision revision, RevisionContent content, Plan plan, long start) {
    Compiled compiled = plan.compile(content.snapshots());
    return new Prepared(
        revision, content, plan, compiled, Duration.ofNanos(System.nanoTime() - start));
  }

  private Prepared ready(Revision revision) {
    Optional<Prepared> ready = prepared.filter(before -> before.revision().equals(revision));
    prepared = Optional.empty();
    if (ready.isPresent()) {
      return ready.get();
    }
    long start = System.nanoTime();
    RevisionContent content = contents.of(revision);
    return prepared(revision, content, planFor(content), start);
  }

  /** The fleet agreed on it while this node was away: what can be served of it is. */
  private Plan planFor(RevisionContent content) {
    try {
      return plans.plan(content.settings());
    } catch (IllegalStateException e) {
      return plans.stay(String.valueOf(e.getMessage()));
    }
  }

  /** Serves the newest revision once more, for what this node is given itself has changed. */
  public synchronized void again() {
    prepared = Optional.empty();
    accepted.ifPresent(this);
  }

  @Override
  public synchronized void accept(Revision revision) {
    Prepared ready = ready(revision);
    accepted = Optional.of(revision);
    RevisionContent content = ready.content();
    Compiled compiled = ready.compiled();
    ready.plan().serve(compiled);
    taken.accept(compiled);
    List<Problem> own = notTold(compiled.problems(), content);
    Set<Problem> before = Set.copyOf(state.problems());
    own.stream()
        .filter(problem -> !before.contains(problem))
        .forEach(problem -> LOG.error("{}", problem));
    var problems = new ArrayList<Problem>();
    content.problems().values().forEach(problems::addAll);
    problems.addAll(own);
    contents.activated(revision, content);
    state =
        new State(revision.number(), revision.fingerprint(), content, problems, compiled.routers());
    LOG.info(
        "revision {} ({}) by {} is active: {} routers, {} problems, made ready in {} ms",
        revision.number(),
        state.fingerprint(),
        revision.author(),
        compiled.routers(),
        problems.size(),
        ready.took().toMillis());
    if (content.snapshots().keySet().containsAll(awaitedProviders)) {
      complete.countDown();
    }
  }

  /** What this node found but the provider did not tell, with the place in its file. */
  private static List<Problem> notTold(List<Problem> found, RevisionContent content) {
    Set<Problem> told = new HashSet<>();
    content
        .problems()
        .forEach(
            (provider, problems) ->
                problems.forEach(
                    problem ->
                        told.add(new Problem(provider, 0, problem.path(), problem.message()))));
    return found.stream().filter(problem -> !told.contains(problem)).toList();
  }

  public State state() {
    return state;
  }

  /** Waits for a first complete configuration, but no longer than that. */
  public boolean awaitComplete(Duration limit) throws InterruptedException {
    return complete.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }
}
