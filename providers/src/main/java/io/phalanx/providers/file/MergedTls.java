package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.Tls;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds to a selection what its files say of TLS, with the content of the files that they name:
 * those change by themselves. Used by one thread.
 */
final class MergedTls {
  private final CertificateFiles contents = new CertificateFiles(InstantSource.system());

  /** Where certificate and key files lie. */
  Set<Path> directories() {
    return contents.directories();
  }

  Snapshot with(Selection.Outcome selection) {
    Snapshot snapshot = selection.snapshot();
    var problems = new ArrayList<>(snapshot.problems());
    var certificates = new ArrayList<Tls.Certificate>();
    var options = new Named<Tls.Options>("tls.options", problems);
    var stores = new Named<Tls.Store>("tls.stores", problems);
    contents.begin();
    selection
        .chosen()
        .forEach(
            (path, version) -> {
              Tls tls = contents.withContents(path, version.config(), problems).tls();
              certificates.addAll(tls.certificates());
              tls.options().forEach((name, object) -> options.add(path, name, object));
              tls.stores().forEach((name, object) -> stores.add(path, name, object));
            });
    contents.end();
    return new Snapshot(
        snapshot.config().with(new Tls(certificates, options.objects, stores.objects)), problems);
  }

  /** Of two objects of the same name the one in the first file counts. */
  private static final class Named<T> {
    private final String section;
    private final List<Problem> problems;
    private final Map<String, T> objects = new LinkedHashMap<>();
    private final Map<String, Path> sources = new HashMap<>();

    Named(String section, List<Problem> problems) {
      this.section = section;
      this.problems = problems;
    }

    void add(Path path, String name, T object) {
      if (objects.putIfAbsent(name, object) == null) {
        sources.put(name, path);
      } else {
        problems.add(
            new Problem(
                path.toString(),
                0,
                section + '.' + name,
                "is defined in " + sources.get(name) + " already; that one counts"));
      }
    }
  }
}
