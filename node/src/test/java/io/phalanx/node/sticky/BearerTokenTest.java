package io.phalanx.node.sticky;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestRequest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
  private static String token(String claims) {
    return "e30." + encoded(claims.replace('\'', '"')) + ".";
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'sub':'x'}|x",
        "{'aud':['sub','a'],'in':{'sub':'y'},'sub':'x'}|x",
        "{'sub':17}|17",
        "{'sub':'first','sub':'last'}|last",
        "{'s\\u0075b':'é'}|é",
      })
  void readsAClaim(String claims, String expected) {
    assertThat(BearerToken.claim("Bearer " + token(claims), "sub")).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'sub':''}",
        "{'sub':null}",
        "{'sub':true}",
        "{'sub':['x']}",
        "{'sub':{'sub':'x'}}",
        "{'SUB':'x'}",
        "['sub','x']",
        "'sub'",
        "{'sub':'x'",
        "{'sub':'x',}",
        "",
        "{'a':",
      })
  void hasNoSuchClaim(String claims) {
    assertThat(BearerToken.claim("Bearer " + token(claims), "sub")).isEmpty();
  }

  @Test
  void aRequestHasTheSessionOfItsToken() {
    var source = new SessionSource.Claim("sub");
    String token = token("{'sub':'x'}");

    assertThat(source.of(TestRequest.get("/").with("Authorization", "Bearer " + token).head()))
        .contains("x");
    assertThat(source.of(TestRequest.get("/").head())).isEmpty();
  }

  @Test
  void takesNoOtherCredentials() {
    String token = token("{'sub':'x'}");
    assertThat(BearerToken.claim("bearer  " + token, "sub")).contains("x");
    assertThat(BearerToken.claim("Basic " + token, "sub")).isEmpty();
    assertThat(BearerToken.claim(token, "sub")).isEmpty();
    assertThat(BearerToken.claim("Bearer", "sub")).isEmpty();
    assertThat(BearerToken.claim("Bearer a." + token, "sub")).isEmpty();
    assertThat(BearerToken.claim("Bearer a.%%%.c", "sub")).isEmpty();
  }

  @Test
  void readsNothingThatIsDeepOrLong() {
    String deep = "{'a':" + "[".repeat(40) + "]".repeat(40) + ",'sub':'x'}";
    assertThat(BearerToken.claim("Bearer " + token(deep), "sub")).isEmpty();
    String big = "{'a':" + "9".repeat(100) + ",'sub':'x'}";
    assertThat(BearerToken.claim("Bearer " + token(big), "sub")).isEmpty();
    String fits = "{'sub':'x','a':'" + "y".repeat(8_000) + "'}";
    assertThat(BearerToken.claim("Bearer " + token(fits), "sub")).contains("x");
    String tooLong = "{'sub':'x','a':'" + "y".repeat(16_000) + "'}";
    assertThat(BearerToken.claim("Bearer " + token(tooLong), "sub")).isEmpty();
  }
}
