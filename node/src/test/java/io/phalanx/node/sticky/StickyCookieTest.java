package io.phalanx.node.sticky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.sticky.StickyCookie.SameSite;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StickyCookieTest {
  private static StickyCookie cookie(String path, String domain) {
    return new StickyCookie(
        "srv", path, domain, OptionalInt.empty(), false, false, Optional.empty());
  }

  @Test
  void attributesStandInTheOrderOfGo() {
    var full =
        new StickyCookie(
            "srv",
            "/app",
            "full.test",
            OptionalInt.of(3600),
            true,
            true,
            Optional.of(SameSite.NONE));

    assertThat(full.line("v"))
        .isEqualTo(
            "srv=v; Path=/app; Domain=full.test; Max-Age=3600; HttpOnly; Secure; SameSite=None");
    assertThat(cookie("", "").line("v")).isEqualTo("srv=v");
    assertThat(cookie("/", ".a.test").line("v")).isEqualTo("srv=v; Path=/; Domain=a.test");
  }

  @ParameterizedTest
  @CsvSource({
    "my cookie;v=1, my_cookie_v_1",
    "a-b.c~d, a-b.c~d",
    "'\"(),/:<>?@[]{}\\', _______________",
    "zoë, zo_"
  })
  void whatCannotStandInANameIsAnUnderscore(String given, String name) {
    assertThat(StickyCookie.sanitized(given)).isEqualTo(name);
  }

  @Test
  void aServiceWithoutANameOfItsCookieHasOneOfItsOwn() {
    assertThat(StickyCookie.nameFor("basket@file")).isEqualTo("_9d97d");
  }

  @Test
  void sameSiteKnowsThreeWordsAndNoOther() {
    assertThat(SameSite.of("lax")).contains(SameSite.LAX);
    assertThat(SameSite.of("strict")).contains(SameSite.STRICT);
    assertThat(SameSite.of("none")).contains(SameSite.NONE);
    assertThat(SameSite.of("Lax")).isEmpty();
    assertThat(SameSite.of("sometimes")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a;b", "/a\nb", "/\u00e4", "/\u007f"})
  void aPathThatWouldEndTheAttributeIsRefused(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cookie(path, ""))
        .withMessageContaining("cannot stand in a cookie");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a.test:80", "a_b.test", "a..test", "-a.test", "a.test; Secure", "*.test"})
  void aDomainThatIsNoneIsRefused(String domain) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cookie("/", domain))
        .withMessageContaining("is not one of a cookie");
  }
}
