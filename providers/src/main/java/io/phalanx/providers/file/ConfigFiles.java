package io.phalanx.providers.file;

import io.phalanx.providers.Checker;
import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.DynamicConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of one provider and the last good version of each. Used by one thread. */
final class ConfigFiles {
  /** Lists the files; their order decides which of two objects of one name counts. */
  @FunctionalInterface
  interface Listing {
    List<Path> files() throws IOException;
  }

  private final Listing listing;
  private final boolean watch;
  private final ConfigFileReader reader;
  private final Checker checker;
  private SequencedMap<Path, ConfigFile> known = new LinkedHashMap<>();
  private final MergedTls tls = new MergedTls();
  private final UsersFiles users = new UsersFiles();
  private Selection.@Nullable Outcome last;

  /**
   * @param watch whether a file that cannot be read will be mended; else nothing is served of all,
   *     if that is so at first
   */
  ConfigFiles(Listing listing, boolean watch, ConfigFileReader reader, Checker checker) {
    this.listing = listing;
    this.watch = watch;
    this.reader = reader;
    this.checker = checker;
  }

  /** Where other files lie that the configuration names. */
  Set<Path> furtherDirectories() {
    var directories = new HashSet<>(tls.directories());
    directories.addAll(users.directories());
    return directories;
  }

  /**
   * Everything that the files say now.
   *
   * @throws IOException if the directory cannot be listed
   */
  Snapshot read() throws IOException {
    var files = new LinkedHashMap<Path, ConfigFile>();
    for (Path path : listing.files()) {
      Optional<ConfigFile> before = Optional.ofNullable(known.get(path));
      Version newest = reader.read(path, before.map(ConfigFile::newest));
      files.put(path, new ConfigFile(newest, before.flatMap(ConfigFile::good)));
    }
    reader.forgetAllBut(files.keySet());
    Selection.Outcome unchanged = last;
    if (unchanged != null && files.equals(known)) {
      return complete(unchanged);
    }
    return select(files);
  }

  private Snapshot select(SequencedMap<Path, ConfigFile> files) {
    if (!watch
        && last == null
        && files.values().stream().anyMatch(file -> file.newest().unreadable())) {
      List<Problem> problems =
          files.values().stream().flatMap(file -> file.newest().problems().stream()).toList();
      return new Snapshot(DynamicConfig.EMPTY, problems);
    }
    var selection = new Selection(files, checker);
    known = selection.judged();
    Selection.Outcome outcome = selection.outcome();
    last = outcome;
    return complete(outcome);
  }

  /** With the content of other files that are named. */
  private Snapshot complete(Selection.Outcome outcome) {
    Snapshot snapshot = tls.with(outcome);
    var problems = new ArrayList<>(snapshot.problems());
    DynamicConfig config = users.withUsers(snapshot.config(), problems);
    return new Snapshot(config, problems);
  }
}
