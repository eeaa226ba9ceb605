package io.phalanx.node.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A query's parameters are those that the platform decodes, but for pairs that count as none. */
class QueriesFuzzTest {
  private static List<String> platforms(String query, String name) {
    var values = new ArrayList<String>();
    for (String pair : query.split("&")) {
      String[] sides = pair.split("=", 2);
      boolean broken = pair.contains(";") || pair.matches("(?s).*%(?![0-9A-Fa-f]{2}).*");
      if (!pair.isEmpty() && !broken && decoded(sides[0]).equals(name)) {
        values.add(sides.length > 1 ? decoded(sides[1]) : "");
      }
    }
    return values;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @FuzzTest
  void parameters(byte[] bytes) {
    var query = new StringBuilder();
    for (byte b : bytes) {
      query.append(b > ' ' && b < 0x7f ? (char) b : 'a');
    }
    String text = query.toString();
    for (String name : new String[] {"a", "", "a b"}) {
      var seen = new ArrayList<String>();
      boolean _ = Queries.any(text, name, value -> !seen.add(value));
      assertThat(seen).isEqualTo(platforms(text, name));
    }
  }
}
