package io.phalanx.node.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes made by htpasswd and by {@code openssl passwd}. */
class PasswordHashTest {
  private static boolean matches(String hash, String password) {
    return PasswordHash.of(hash).matches(password.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$2y$04$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci | orange-42",
        "$2b$04$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci | orange-42",
        "$2a$04$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci | orange-42",
        "{SHA}obOd1B+0Ocbuthu+hBNsGCzqBPw= | tulip",
        "{SHA}ZNDLxfAsOQTuT0OcpHZIC2e14+E= | été",
        "$apr1$Zq3xPl9a$gXZrv3Ymm/wNCavhRcnji0 | plum",
        "$1$saltsalt$/rvZ3hsqF1yApr7cqRnRk/ | lemon",
        "$apr1$8sFt66rZ$O.pEyDd3Jq957LarhRORL/ | correct horse battery staple, longer than sixteen",
        "$1$abc$uAXS.Zj1ZDNcW9iX1TVH2/ | a"
      })
  void knowsThePasswordAndNoOther(String hash, String password) {
    assertThat(matches(hash, password)).isTrue();
    assertThat(matches(hash, password + 'x')).isFalse();
    assertThat(matches(hash, "")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
    "$apr1$8sFt66rZ$QkOfebwJVEOpEluExHsip.",
    "$1$abc$Or2rbeUYTvt12aiVzMuS/."
  })
  void aPasswordMayBeEmpty(String hash) {
    assertThat(matches(hash, "")).isTrue();
    assertThat(matches(hash, "x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        "$6$saltsalt$dxXNrLAQvQRvDnriQvzmZpss5VWAhUlG479CaBG/7W1wBdyQrpKSbTSX.v2FSOEd82/eh8dg.",
        "$$apr1$$Zq3xPl9a$$gXZrv3Ymm/wNCavhRcnji0",
        "$apr1$Zq3xPl9a",
        "$2y$04$short",
        "$2y$03$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci",
        "{SHA}",
        "{SHA}nonsense"
      })
  void whatIsNoHashMatchesNothing(String hash) {
    assertThat(matches(hash, hash)).isFalse();
    assertThat(matches(hash, "plum")).isFalse();
    assertThat(matches(hash, "")).isFalse();
  }

  @Test
  void aHashThatTakesMinutesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> PasswordHash.of("$2y$17$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci"))
        .withMessage("a bcrypt cost of 17 takes minutes for each login; the highest is 16");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2y$06$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci",
        "{SHA}obOd1B+0Ocbuthu+hBNsGCzqBPw=",
        "$apr1$Zq3xPl9a$gXZrv3Ymm/wNCavhRcnji0"
      })
  void nobodysPasswordCostsAsMuchAndIsNone(String text) {
    PasswordHash hash = PasswordHash.of(text);

    assertThat(hash.ofNobody().cost()).isEqualTo(hash.cost());
    assertThat(hash.ofNobody().getClass()).isEqualTo(hash.getClass());
    assertThat(hash.ofNobody().matches("plum".getBytes(UTF_8))).isFalse();
    assertThat(hash.ofNobody().matches(new byte[0])).isFalse();
  }

  @Test
  void showsNothingOfItself() {
    assertThat(PasswordHash.of("{SHA}obOd1B+0Ocbuthu+hBNsGCzqBPw=").toString())
        .doesNotContain("obOd1B");
  }
}
