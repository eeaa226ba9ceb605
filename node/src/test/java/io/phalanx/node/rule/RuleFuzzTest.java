package io.phalanx.node.rule;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever rule comes, it is read within its bounds or refused with a reason. */
class RuleFuzzTest {
  @FuzzTest
  void parses(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      var _ = Rule.parse(text);
    } catch (RuleSyntaxException _) {
      // Refused, with a reason.
    }
    try {
      var _ = TcpRule.parse(text);
    } catch (RuleSyntaxException _) {
      // The same for a connection's.
    }
  }
}
