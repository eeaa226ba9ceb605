package io.phalanx.providers.file;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Tcp;
import io.phalanx.providers.dynamic.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;

/** The objects of all files. Of two objects of the same name the one in the first file counts. */
final class Merged {
  private final Map<String, Map<String, Path>> sources = new HashMap<>();
  private final List<Problem> duplicates = new ArrayList<>();
  private final DynamicConfig config;

  /**
   * @param files the version of each that counts
   */
  Merged(SequencedMap<Path, Version> files) {
    this.config =
        new DynamicConfig(
            new Http(
                ofHttp("http.routers", Http::routers, files),
                ofHttp("http.services", Http::services, files),
                ofHttp("http.middlewares", Http::middlewares, files),
                ofHttp("http.serversTransports", Http::serversTransports, files)),
            new Tcp(
                ofTcp("tcp.routers", Tcp::routers, files),
                ofTcp("tcp.services", Tcp::services, files),
                ofTcp("tcp.middlewares", Tcp::middlewares, files),
                ofTcp("tcp.serversTransports", Tcp::serversTransports, files)),
            Tls.EMPTY);
  }

  private <T> Map<String, T> ofHttp(
      String section, Function<Http, Map<String, T>> objectsOf, SequencedMap<Path, Version> files) {
    return objects(section, config -> objectsOf.apply(config.http()), files);
  }

  private <T> Map<String, T> ofTcp(
      String section, Function<Tcp, Map<String, T>> objectsOf, SequencedMap<Path, Version> files) {
    return objects(section, config -> objectsOf.apply(config.tcp()), files);
  }

  private <T> Map<String, T> objects(
      String section,
      Function<DynamicConfig, Map<String, T>> objectsOf,
      SequencedMap<Path, Version> files) {
    var objects = new LinkedHashMap<String, T>();
    var sourceOf = new HashMap<String, Path>();
    files.forEach(
        (path, version) ->
            objectsOf
                .apply(version.config())
                .forEach(
                    (name, object) -> {
                      Path first = sourceOf.putIfAbsent(name, path);
                      if (first == null) {
                        objects.put(name, object);
                      } else {
                        duplicates.add(duplicate(section, name, version, first));
                      }
                    }));
    sources.put(section, sourceOf);
    return objects;
  }

  private static Problem duplicate(String section, String name, Version version, Path first) {
    var flaw =
        new Flaw(section, name, "", "is defined in " + first + " already; that one counts", true);
    return version.places().of(flaw).problem(flaw.path(), flaw.message());
  }

  DynamicConfig config() {
    return config;
  }

  /** Objects that another file has, too. */
  List<Problem> duplicates() {
    return duplicates;
  }

  /** The file that an object of the configuration is from. */
  Path source(Flaw flaw) {
    return Objects.requireNonNull(
        sources.getOrDefault(flaw.section(), Map.of()).get(flaw.name()),
        () -> "no file has " + flaw.path());
  }
}
