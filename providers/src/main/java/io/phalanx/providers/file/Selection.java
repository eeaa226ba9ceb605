package io.phalanx.providers.file;

import io.phalanx.providers.Checker;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Decides which version of each file counts. A new version with a flaw gives way to the last good
 * one of its file, as a whole. Files refer to each other, so this goes in steps, each of which is
 * checked with all files together: first the versions give way that have a flaw of their own, then,
 * while there are any, those that refer to what is not there. A version that was good stays,
 * whatever others no longer have; what of it then lacks something is told, and left out by whoever
 * serves.
 */
final class Selection {
  private final SequencedMap<Path, ConfigFile> files;
  private final Checker checker;
  private final SequencedMap<Path, Version> chosen = new LinkedHashMap<>();
  private final Map<Path, List<Problem>> problems = new LinkedHashMap<>();
  private Merged merged;
  private List<Flaw> flaws;

  Selection(SequencedMap<Path, ConfigFile> files, Checker checker) {
    this.files = files;
    this.checker = checker;
    files.forEach(
        (path, file) -> {
          chosen.put(path, file.candidate());
          problems.put(path, new ArrayList<>(file.newest().problems()));
        });
    this.merged = new Merged(chosen);
    this.flaws = checker.flaws(merged.config());
    for (Set<Path> bad = bad(); !bad.isEmpty(); bad = bad()) {
      giveWay(bad);
    }
    flaws.forEach(flaw -> report(merged.source(flaw), flaw));
    merged.duplicates().forEach(problem -> of(Path.of(problem.source())).add(problem));
  }

  /** New versions that have to give way now. */
  private Set<Path> bad() {
    var own = new LinkedHashSet<Path>();
    var all = new LinkedHashSet<Path>();
    for (Flaw flaw : flaws) {
      Path path = merged.source(flaw);
      if (earlier(path).isPresent()) {
        all.add(path);
        if (!flaw.ofAnother()) {
          own.add(path);
        }
      }
    }
    return own.isEmpty() ? all : own;
  }

  /** The last good version of a file, if it is another than the one that is chosen. */
  private Optional<Version> earlier(Path path) {
    return file(path).good().filter(good -> !isChosen(path, good));
  }

  @SuppressWarnings("ReferenceEquality") // Versions are told apart by their identity.
  private boolean isChosen(Path path, Version version) {
    return chosen.get(path) == version;
  }

  private ConfigFile file(Path path) {
    ConfigFile file = files.get(path);
    if (file == null) {
      throw new IllegalArgumentException("not a file of this selection: " + path);
    }
    return file;
  }

  private List<Problem> of(Path path) {
    return problems.computeIfAbsent(path, _ -> new ArrayList<>());
  }

  private void giveWay(Set<Path> bad) {
    flaws.stream()
        .filter(flaw -> bad.contains(merged.source(flaw)))
        .forEach(flaw -> report(merged.source(flaw), flaw));
    bad.forEach(path -> earlier(path).ifPresent(good -> chosen.put(path, good)));
    merged = new Merged(chosen);
    flaws = checker.flaws(merged.config());
  }

  /** What an older version lacks stands in no line of the file as it is now. */
  private void report(Path path, Flaw flaw) {
    Version newest = file(path).newest();
    of(path)
        .add(
            isChosen(path, newest)
                ? newest.places().of(flaw).problem(flaw.path(), flaw.message())
                : new Problem(path.toString(), 0, flaw.path(), flaw.message()));
  }

  /**
   * What came of it, without the versions that gave way.
   *
   * @param chosen the version of each file that counts
   */
  record Outcome(SequencedMap<Path, Version> chosen, Snapshot snapshot) {
    Outcome {
      chosen = Collections.unmodifiableSequencedMap(chosen);
    }
  }

  Outcome outcome() {
    return new Outcome(chosen, snapshot());
  }

  private Snapshot snapshot() {
    var all = new ArrayList<Problem>();
    problems
        .values()
        .forEach(
            ofFile -> {
              ofFile.sort(Comparator.comparingInt(Problem::line));
              all.addAll(ofFile);
            });
    return new Snapshot(merged.config(), all);
  }

  /** The files with the versions that turned out to be good. */
  SequencedMap<Path, ConfigFile> judged() {
    var flawed = new LinkedHashSet<Path>();
    flaws.forEach(flaw -> flawed.add(merged.source(flaw)));
    var judged = new LinkedHashMap<Path, ConfigFile>();
    files.forEach(
        (path, file) -> {
          Version newest = file.newest();
          boolean good =
              isChosen(path, newest) && newest.problems().isEmpty() && !flawed.contains(path);
          judged.put(path, good ? new ConfigFile(newest, Optional.of(newest)) : file);
        });
    return judged;
  }
}
