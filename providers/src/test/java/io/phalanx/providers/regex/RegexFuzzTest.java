package io.phalanx.providers.regex;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;

/** Whatever expression comes, it compiles within its bounds and matches, or is refused. */
class RegexFuzzTest {
  @FuzzTest
  void matches(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    Pattern compiled;
    try {
      compiled = Regex.compile(text);
    } catch (IllegalArgumentException _) {
      return;
    }
    var _ = compiled.matcher(text).find();
  }
}
