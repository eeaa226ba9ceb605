package io.phalanx.providers.consulcatalog;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever constraint comes, it answers or is refused. */
class ConstraintsFuzzTest {
  @FuzzTest
  void test(byte[] bytes) {
    try {
      var _ =
          Constraints.parse(new String(bytes, StandardCharsets.UTF_8)).test(List.of("a", "b=c"));
    } catch (IllegalArgumentException _) {
      // Refused, with a reason.
    }
  }
}
