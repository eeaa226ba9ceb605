package io.phalanx.node.activation;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Problems on their way to all members: the member that runs a provider knows them, every member
 * shows them. Nodes of a release that does not know them read past them.
 */
final class SharedProblems {
  /** Of one provider; the log of the member that runs it has them all. */
  static final int MAX_PROBLEMS = 1_000;

  static final int MAX_MESSAGE = 1_000;

  private static final String SOURCE = "source";
  private static final String LINE = "line";
  private static final String PATH = "path";
  private static final String MESSAGE = "message";

  private SharedProblems() {}

  static List<Problem> bounded(List<Problem> problems) {
    var some = new ArrayList<Problem>();
    problems.stream().limit(MAX_PROBLEMS).map(SharedProblems::shortened).forEach(some::add);
    int more = problems.size() - some.size();
    if (more > 0) {
      some.add(new Problem("", 0, "", "and " + more + " more mistakes, which the log names"));
    }
    return List.copyOf(some);
  }

  private static Problem shortened(Problem problem) {
    return new Problem(
        shortened(problem.source()),
        problem.line(),
        shortened(problem.path()),
        shortened(problem.message()));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
  }

  static Tree.Mapping tree(SortedMap<String, List<Problem>> problems) {
    var byProvider = new LinkedHashMap<String, Tree.Entry>();
    problems.forEach(
        (provider, ofProvider) ->
            byProvider.put(
                provider,
                entry(
                    new Tree.Sequence(
                        ofProvider.stream().<Tree>map(SharedProblems::tree).toList(),
                        Place.NONE))));
    return new Tree.Mapping(byProvider, Place.NONE);
  }

  private static Tree.Mapping tree(Problem problem) {
    var fields = new LinkedHashMap<String, Tree.Entry>();
    fields.put(SOURCE, text(problem.source()));
    fields.put(LINE, text(Integer.toString(problem.line())));
    fields.put(PATH, text(problem.path()));
    fields.put(MESSAGE, text(problem.message()));
    return new Tree.Mapping(fields, Place.NONE);
  }

  private static Tree.Entry text(String text) {
    return entry(Tree.Scalar.of(text, Place.NONE));
  }

  private static Tree.Entry entry(Tree value) {
    return new Tree.Entry(Place.NONE, value);
  }

  static SortedMap<String, List<Problem>> of(Tree.Mapping tree) {
    var problems = new TreeMap<String, List<Problem>>();
    for (Map.Entry<String, Tree.Entry> entry : tree.entries().entrySet()) {
      if (entry.getValue().value() instanceof Tree.Sequence(List<Tree> items, Place _)) {
        problems.put(entry.getKey(), items.stream().map(SharedProblems::problem).toList());
      }
    }
    return problems;
  }

  private static Problem problem(Tree tree) {
    String line = field(tree, LINE);
    return new Problem(
        field(tree, SOURCE),
        line.matches("\\d{1,9}") ? Integer.parseInt(line) : 0,
        field(tree, PATH),
        field(tree, MESSAGE));
  }

  private static String field(Tree tree, String name) {
    return tree instanceof Tree.Mapping fields
            && fields.entry(name).map(Tree.Entry::value).orElse(fields)
                instanceof Tree.Scalar scalar
        ? scalar.text()
        : "";
  }
}
