package io.phalanx.node.sticky;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestHeaders;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CookiesTest {
  private static Optional<String> srv(String... lines) {
    var headers = new TestHeaders();
    for (String line : lines) {
      headers.add(HeaderName.of("Cookie"), line);
    }
    return Cookies.sent(headers, "srv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "srv=a | a",
        "x=1; srv=a; y=2 | a",
        "x=1;srv=a;y=2 | a",
        "x=1 ;\t srv=a  ; y=2 | a",
        "srv=\"a\" | a",
        "srv=http://h:1/p?q=1 | http://h:1/p?q=1",
        "srv=a=b | a=b",
        "=; ;;; srv=a | a",
        "srv; srv=a | a",
        "xsrv=1; srvx=2; srv=a | a"
      })
  void aCookieIsFoundAmongOthers(String line, String value) {
    assertThat(srv(line)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";", "srv", "SRV=a", "srvx=a", "x=srv=a", "srv =a", "x=\"srv=a"})
  void whatIsNotTheCookieIsNotTakenForIt(String line) {
    assertThat(srv(line)).isEmpty();
  }

  @Test
  void theFirstOfSeveralWithOneNameCounts() {
    assertThat(srv("srv=a; srv=b", "srv=c")).contains("a");
    assertThat(srv("x=1", "srv=c; srv=a")).contains("c");
    assertThat(srv()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "a\"b", "\"a", "a\\b", "a\u00e4", "a\u0001", "\"a\"b\""})
  void aValueThatCannotBeOneIsPassedOver(String value) {
    assertThat(srv("srv=" + value)).isEmpty();
    assertThat(srv("srv=" + value + "; srv=next")).contains("next");
  }

  @Test
  void aValueLongerThanAnyCookieIsPassedOver() {
    assertThat(srv("srv=" + "a".repeat(Cookies.LONGEST_VALUE))).isPresent();
    assertThat(srv("srv=" + "a".repeat(Cookies.LONGEST_VALUE + 1))).isEmpty();
  }

  @Test
  void tenThousandOtherCookiesAreScannedAndNothingMore() {
    assertThat(srv("srv2=a; ".repeat(10_000) + "srv=z")).contains("z");
    assertThat(srv(";".repeat(100_000))).isEmpty();
  }

  @Test
  void aServerSetsACookieByTheLastLineOfItsName() {
    var headers =
        TestHeaders.of(
            "Set-Cookie", "srv=a; Path=/; HttpOnly",
            "Set-Cookie", "other=b",
            "Set-Cookie", "srv=\"c\"",
            "Set-Cookie", "x=1; srv=d");

    assertThat(Cookies.set(headers, "srv")).contains("c");
    assertThat(Cookies.set(headers, "none")).isEmpty();
  }
}
