package io.phalanx.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The forms of a path and of a host are stable: what was brought into one stays as it is. */
class PathsFuzzTest {
  @FuzzTest
  void path(byte[] bytes) {
    // Where a target is taken apart, a query and a fragment are no part of the path any more.
    String path = '/' + new String(bytes, StandardCharsets.UTF_8).replaceAll("[?#]", "");
    String encoded = PathEncoding.encode(path);
    assertThat(encoded).matches("(?s)[\\x21-\\x7e]*").doesNotContain("?", "#", "\\");
    assertThat(PathEncoding.encode(encoded)).isEqualTo(encoded);
    if (!PathEncoding.isWellFormed(path)) {
      return;
    }
    assertThat(PathEncoding.decode(encoded)).isEqualTo(PathEncoding.decode(path));
    String routing = Paths.routing(path);
    assertThat(Paths.routing(encoded)).isEqualTo(routing);
    assertThat(count(routing, '/')).as("no slash comes to be").isEqualTo(count(path, '/'));
    assertThat(count(routing, '?')).isEqualTo(count(path, '?'));
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  @FuzzTest
  void host(byte[] bytes) {
    String host = new String(bytes, StandardCharsets.ISO_8859_1);
    String canonical = Hosts.canonical(host);
    assertThat(canonical).isEqualTo(canonical.toLowerCase(Locale.ROOT));
    assertThat(Hosts.canonical(host.toLowerCase(Locale.ROOT))).isEqualTo(canonical);
  }
}
