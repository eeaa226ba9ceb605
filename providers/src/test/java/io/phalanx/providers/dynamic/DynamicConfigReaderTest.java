package io.phalanx.providers.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.Parsed;
import io.phalanx.providers.tree.YamlReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicConfigReaderTest {
  /** YAML is decoded object by object, which is not to show. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "~",
        "text",
        "[http]",
        "http: ~",
        "http: text",
        "http: []",
        "http: {}",
        "http: {routers: ~, services: {}}",
        "http: {routers: text}",
        "http: {routers: {r: ~}}",
        "http: {routers: {r: text}}",
        "http: {routers: {~: {rule: a, service: s}}}",
        "http: {routers: {[a]: {rule: a, service: s}}}",
        "http: {routers: {r: {rule: a, service: s}}}\n---\nhttp: {}",
        "HTTP: {Routers: {R: {Rule: a, Service: s}}}",
        "http: {routers: {r: {rule: a}}}\nhttp: {routers: {r: {rule: b}}}",
        "http: {routers: {r: {rule: a}}}\nHTTP: {routers: {r: {rule: b}}}",
        "http: ~\nHTTP: {routers: {r: {rule: b}}}",
        "http: {routers: {r: {rule: a}, r: {rule: b}}}",
        "http: {routers: {r: {rule: a}, R: {rule: b}}}",
        "http: {routers: {r: {rule: a}, r: ~}}",
        "http: {routers: {r: ~, r: {rule: b}}}",
        "http: {routers: {r: {rule: a}}}\nhttp: ~",
        "tls: {certificates: [{certFile: a, keyFile: b}], certificates: ~}",
        "http: {routers: {r: {rule: a, rule: b}}}",
        "http: {routers: {r: {rule: a}}, routers: {r: {rule: b}}}",
        "http: {routers: {r: {rule: a, priority: high}, q: {rule: b}}, router: {}}",
        "http: {routers: {<<: {r: {rule: a, service: s}}, q: {rule: b, service: s}}}",
        "http: {routers: {'<<': {rule: b, service: s}}}",
        "http: {<<: {routers: {r: {rule: a, service: s}}}}",
        "<<: {http: {routers: {r: {rule: a, service: s}}}}",
        "http: {routers: {a: &a {rule: a, service: s}, b: *a, c: {<<: *a, priority: 1}}}",
        "http: {routers: &all {a: {rule: a, service: s}}}\ntcp: {routers: *all}",
        "http: {routers: {a: *no}}",
        "&root {http: {routers: {a: {rule: a, service: s}}}}",
        "udp: {}\nhttp: {routers: {a: {rule: a, service: s}}}",
        "tls: {certificates: [{certFile: a, keyFile: b}, {certFile: c}], options: {default: {a:"
            + " b}}}",
        "tls: {certificates: [{certFile: a, keyFile: b}], options: {default: {sniStrict: true}}}",
        "http: {routers: {a: {rule: a, service: s",
        "http: {routers: {a: {rule: a, service: s}}}}",
      })
  void yamlReadObjectByObjectIsAsItsTree(String text) {
    Parsed parsed = YamlReader.read("f.yml", text);
    Decoded<DynamicConfig> whole =
        MiddlewareTypes.DECODER.decode(parsed.tree(), DynamicConfig.class);

    Decoded<DynamicConfig> quick =
        YamlReader.decode("f.yml", text, MiddlewareTypes.DECODER, DynamicConfig.class);

    boolean hasProblems = !parsed.problems().isEmpty() || !whole.problems().isEmpty();
    if (quick.problems().isEmpty()) {
      assertThat(hasProblems).isFalse();
      assertThat(quick.value()).isEqualTo(whole.value());
    } else {
      assertThat(hasProblems || text.contains("<<") || text.contains("HTTP")).isTrue();
    }
  }
}
