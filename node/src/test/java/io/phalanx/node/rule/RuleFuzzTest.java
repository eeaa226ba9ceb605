package io.phalanx.node.rule;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever rule comes, it is read within its bounds or refused with a reason. */
class RuleFuzzTest {
  @FuzzTest
  void parses(byte[] bytes) {
    try {
      var _ = Rule.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (RuleSyntaxException _) {
      // Refused, with a reason.
    }
  }
}
