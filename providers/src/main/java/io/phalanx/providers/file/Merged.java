package io.phalanx.providers.file;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Tcp;
import io.phalanx.providers.dynamic.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/** The objects of all files. Of two objects of the same name the one in the first file counts. */
final class Merged {
  private static final Map<String, Function<DynamicConfig, Map<String, ?>>> SECTIONS =
      Map.of(
          "http.routers", config -> config.http().routers(),
          "http.services", config -> config.http().services(),
          "http.middlewares", config -> config.http().middlewares(),
          "http.serversTransports", config -> config.http().serversTransports(),
          "tcp.routers", config -> config.tcp().routers(),
          "tcp.services", config -> config.tcp().services(),
          "tcp.middlewares", config -> config.tcp().middlewares(),
          "tcp.serversTransports", config -> config.tcp().serversTransports());

  private final SequencedMap<Path, Version> files;
  private final List<Problem> duplicates = new ArrayList<>();
  private final DynamicConfig config;

  /**
   * @param files the version of each that counts
   */
  Merged(SequencedMap<Path, Version> files) {
    this.files = new LinkedHashMap<>(files);
    this.config = files.size() == 1 ? ofOne(files.firstEntry().getValue().config()) : ofAll();
  }

  /** Without a copy: most have one file, and it may hold a hundred thousand routers. */
  private static DynamicConfig ofOne(DynamicConfig config) {
    return config.with(Tls.EMPTY);
  }

  private DynamicConfig ofAll() {
    return new DynamicConfig(
        new Http(
            ofHttp("http.routers", Http::routers),
            ofHttp("http.services", Http::services),
            ofHttp("http.middlewares", Http::middlewares),
            ofHttp("http.serversTransports", Http::serversTransports)),
        new Tcp(
            ofTcp("tcp.routers", Tcp::routers),
            ofTcp("tcp.services", Tcp::services),
            ofTcp("tcp.middlewares", Tcp::middlewares),
            ofTcp("tcp.serversTransports", Tcp::serversTransports)),
        Tls.EMPTY);
  }

  private <T> Map<String, T> ofHttp(String section, Function<Http, Map<String, T>> objectsOf) {
    return objects(section, config -> objectsOf.apply(config.http()));
  }

  private <T> Map<String, T> ofTcp(String section, Function<Tcp, Map<String, T>> objectsOf) {
    return objects(section, config -> objectsOf.apply(config.tcp()));
  }

  private <T> Map<String, T> objects(
      String section, Function<DynamicConfig, Map<String, T>> objectsOf) {
    var objects = new LinkedHashMap<String, T>();
    files
        .values()
        .forEach(
            version ->
                objectsOf
                    .apply(version.config())
                    .forEach(
                        (name, object) -> {
                          if (objects.putIfAbsent(name, object) != null) {
                            duplicates.add(duplicate(section, name, version));
                          }
                        }));
    return objects;
  }

  private Problem duplicate(String section, String name, Version version) {
    Path first = source(section, name).orElseThrow();
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
    return source(flaw.section(), flaw.name())
        .orElseThrow(() -> new NoSuchElementException("no file has " + flaw.path()));
  }

  private Optional<Path> source(String section, String name) {
    Function<DynamicConfig, Map<String, ?>> objectsOf =
        SECTIONS.getOrDefault(section, _ -> Map.of());
    return files.entrySet().stream()
        .filter(file -> objectsOf.apply(file.getValue().config()).containsKey(name))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
