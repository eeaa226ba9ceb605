package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "/one, /cart, /one/cart",
    "/one, /, /one/",
    "one, /cart, /one/cart",
    "/one/, /cart, /one/cart",
    "/one, /a%2Fb?x=%20, /one/a%2Fb?x=%20",
    "/a b, /c, /a%20b/c",
    "/50%, /c, /50%25/c",
    "/a?b#c, /d, /a%3Fb%23c/d",
    "/ü, /c, /%C3%BC/c",
    "/, /c, /c",
  })
  void putsThePrefixInFrontAndLeavesThePathEncoded(String prefix, String target, String expected) {
    var passage = Passage.of(AddPrefix.TYPE, "prefix: \"" + prefix + '"');

    assertThat(passage.send(TestRequest.get(target)).request().target()).isEqualTo(expected);
  }

  @Test
  void leavesTheTargetOfAServerWideOptionsAlone() {
    var passage = Passage.of(AddPrefix.TYPE, "prefix: /one");

    assertThat(passage.send(TestRequest.of("OPTIONS", "*")).request().path()).isEqualTo("*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/../b", "/..", "/./a", "/a//b"})
  void refusesAPrefixThatIsNotClean(String prefix) {
    assertThatThrownBy(() -> Passage.of(AddPrefix.TYPE, "prefix: \"" + prefix + '"'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(prefix);
  }
}
