package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The cases, and the two lists beside them. */
final class Corpus {
  private static final List<String> FILES =
      List.of(
          "access",
          "headers",
          "operations",
          "protocol",
          "rules",
          "services",
          "tls-tcp-udp",
          "traffic");

  private Corpus() {}

  /** All cases by their ids, in the order of the files. */
  static Map<String, Spec> cases() {
    var cases = new LinkedHashMap<String, Spec>();
    FILES.forEach(file -> cases.putAll(cases(file)));
    return Collections.unmodifiableMap(cases);
  }

  /** Those of one file, such as {@code traffic}. */
  static Map<String, Spec> cases(String file) {
    var cases = new LinkedHashMap<String, Spec>();
    for (Spec test : Yaml.specs(yaml("cases/" + file + ".yaml"))) {
      cases.put(test.text("id", ""), test);
    }
    return Collections.unmodifiableMap(cases);
  }

  static Judgement judgement() {
    return new Judgement(Spec.of(yaml("not-yet.yaml")), Spec.of(yaml("quirks.yaml")));
  }

  private static Object yaml(String name) {
    try (InputStream in =
        Objects.requireNonNull(Corpus.class.getResourceAsStream("/conformance/" + name), name)) {
      return Yaml.read(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
