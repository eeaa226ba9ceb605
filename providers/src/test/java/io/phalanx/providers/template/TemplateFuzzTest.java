package io.phalanx.providers.template;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whatever template comes, it is rendered within its bounds or refused. */
class TemplateFuzzTest {
  @FuzzTest
  void renders(byte[] bytes) {
    try {
      Template.parse(new String(bytes, StandardCharsets.UTF_8))
          .render(Map.of("Name", "app"), Map.of("HOME", "/root"));
    } catch (TemplateException _) {
      // Refused, with a reason.
    }
  }
}
