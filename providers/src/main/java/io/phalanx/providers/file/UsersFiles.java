package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.AccessOptions.BasicAuth;
import io.phalanx.providers.dynamic.AccessOptions.DigestAuth;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Middleware;
import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.users.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the users of {@code usersFile} in front of those that a middleware names itself: a
 * configuration is served by nodes that do not have the file. While a file cannot be read what was
 * read of it last stays; one that never could be stays a name, which whoever serves refuses. Used
 * by one thread.
 */
final class UsersFiles {
  private static final int BASIC_PARTS = 2;
  private static final int DIGEST_PARTS = 3;

  private final Map<String, List<Secret>> good = new HashMap<>();
  private final Set<Path> directories = new HashSet<>();

  /** Where the files lie that were asked for last. */
  Set<Path> directories() {
    return Set.copyOf(directories);
  }

  DynamicConfig withUsers(DynamicConfig config, List<Problem> problems) {
    directories.clear();
    var used = new HashSet<String>();
    var middlewares = new LinkedHashMap<String, Middleware>();
    config
        .http()
        .middlewares()
        .forEach((name, each) -> middlewares.put(name, withUsers(name, each, used, problems)));
    good.keySet().retainAll(used);
    if (used.isEmpty()) {
      return config;
    }
    Http http = config.http();
    return config.with(
        new Http(http.routers(), http.services(), middlewares, http.serversTransports()));
  }

  private Middleware withUsers(
      String name, Middleware middleware, Set<String> used, List<Problem> problems) {
    return switch (middleware.options()) {
      case BasicAuth(var own, Optional<String> file, String realm, var field, boolean remove)
          when named(file) ->
          read(name, middleware.type(), file.orElseThrow(), BASIC_PARTS, used, problems)
              .map(
                  users ->
                      new Middleware(
                          middleware.type(),
                          new BasicAuth(
                              joined(users, own), Optional.empty(), realm, field, remove)))
              .orElse(middleware);
      case DigestAuth(var own, Optional<String> file, String realm, var field, boolean remove)
          when named(file) ->
          read(name, middleware.type(), file.orElseThrow(), DIGEST_PARTS, used, problems)
              .map(
                  users ->
                      new Middleware(
                          middleware.type(),
                          new DigestAuth(
                              joined(users, own), Optional.empty(), realm, field, remove)))
              .orElse(middleware);
      default -> middleware;
    };
  }

  private static boolean named(Optional<String> file) {
    return file.filter(name -> !name.isEmpty()).isPresent();
  }

  /** Of two entries for one name the last counts. */
  private static List<Secret> joined(List<Secret> ofFile, List<Secret> own) {
    var all = new ArrayList<>(ofFile);
    all.addAll(own);
    return all;
  }

  private Optional<List<Secret>> read(
      String name, String type, String file, int parts, Set<String> used, List<Problem> problems) {
    used.add(file);
    try {
      Optional.ofNullable(UsersFile.path(file).getParent()).ifPresent(directories::add);
      List<Secret> users = UsersFile.read(file, parts);
      good.put(file, users);
      return Optional.of(users);
    } catch (IOException e) {
      Optional<List<Secret>> before = Optional.ofNullable(good.get(file));
      if (before.isPresent()) {
        problems.add(
            new Problem(
                file,
                0,
                "http.middlewares." + name + '.' + type + ".usersFile",
                e.getMessage() + "; the users that were read last stay"));
      }
      return before;
    }
  }
}
