package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.middleware.Passage.Outcome;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestAuthTest {
  private static final String VERA = md5("vera:stock:s3same");
  private static final String USERS = "users: ['vera:stock:" + VERA + "']";

  private final Passage passage =
      Passage.of(
          DigestAuth.TYPE,
          "{realm: stock, headerField: X-Clerk, removeHeader: true, " + USERS + "}");

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String nonce() {
    Matcher nonce =
        Pattern.compile("nonce=\"([^\"]+)\"")
            .matcher(String.join("\n", passage.send(TestRequest.get("/")).headers().text()));
    assertThat(nonce.find()).isTrue();
    return nonce.group(1);
  }

  private static String credentials(String name, String secret, String nonce, String uri) {
    String response = md5(secret + ':' + nonce + ":00000001:c:auth:" + md5("GET:" + uri));
    return ("Digest username=\"%s\", realm=\"stock\", nonce=\"%s\", uri=\"%s\", nc=00000001,"
            + " cnonce=\"c\", qop=auth, response=\"%s\"")
        .formatted(name, nonce, uri, response);
  }

  private Outcome send(String target, String credentials) {
    return passage.send(
        TestRequest.get(target).with("Authorization", credentials).with("X-Clerk", "boss"));
  }

  private static String challenge(Outcome outcome) {
    return outcome.headers().text().stream()
        .filter(line -> line.startsWith("www-authenticate: "))
        .findFirst()
        .orElse("");
  }

  @Test
  void challengesWhoShowsNothing() {
    var outcome = passage.send(TestRequest.get("/"));

    assertThat(outcome.status()).isEqualTo(401);
    assertThat(outcome.body()).isEqualTo("401 Unauthorized\n");
    assertThat(challenge(outcome))
        .matches(
            "www-authenticate: Digest realm=\"stock\", nonce=\"[^\"]{43}\", opaque=\"[^\"]{16}\","
                + " algorithm=\"MD5\", qop=\"auth\"");
  }

  @Test
  void letsPassWhoKnowsThePassword() {
    var outcome = send("/item?id=7", credentials("vera", VERA, nonce(), "/item?id=7"));

    assertThat(outcome.reachedServer()).isTrue();
    assertThat(outcome.requestHeaders().text()).containsExactly("x-clerk: vera");
    assertThat(outcome.request().user()).isEqualTo("vera");
  }

  @ParameterizedTest
  @CsvSource({"/a%2Fb, /a%2fb, 200", "/A, /%41, 200", "/a, /b, 401", "/a?x, /a, 401", "/a, /, 401"})
  void theResponseIsForThisTargetHoweverItIsSpelt(String target, String uri, int status) {
    assertThat(send(target, credentials("vera", VERA, nonce(), uri)).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "/dig//x, /dig/x, /dig//x, 200",
    "/dig/./x, /dig/x, /dig/./x, 200",
    "/dig/./x, /dig/x, /dig/x, 200",
    "/dig/y/../%78?a;b, /dig/x?a%3Bb, /dig/y/../x?a;b, 200",
    "/dig/x, /dig/x, /dig//x, 401",
    "/dig//x, /dig//x, /dig/x, 401",
    "/dig/../x, /x, /dig/x, 401",
    "/dig//x, /dig/x, /dig//x?a, 401",
    "/x%fe, /x%FE, /x%fe, 200",
    "/x%fe, /x%FE, /x%ff, 401"
  })
  void theTargetCountsAsTheClientSentIt(String sent, String target, String uri, int status) {
    var head =
        TestRequest.get(target)
            .with("Authorization", credentials("vera", VERA, nonce(), uri))
            .head();
    int mark = sent.indexOf('?');
    head.sent(
        mark < 0 ? sent : sent.substring(0, mark),
        mark < 0 ? Optional.empty() : Optional.of(sent.substring(mark + 1)));

    assertThat(passage.step().onRequest(head).getClass().getSimpleName())
        .isEqualTo(status == 200 ? "Enclose" : "Respond");
  }

  @Test
  void theTargetAsItCameCountsBehindEditsToo() {
    String credentials = credentials("vera", VERA, nonce(), "/shop/item");
    var head = TestRequest.get("/shop/item").with("Authorization", credentials).head();
    head.path("/item");

    assertThat(passage.step().onRequest(head).getClass().getSimpleName()).isEqualTo("Enclose");
  }

  @Test
  void refusesWrongPasswordsAndUnknownNamesAlike() {
    Outcome wrong = send("/", credentials("vera", md5("vera:stock:x"), nonce(), "/"));
    Outcome unknown = send("/", credentials("eve", md5("eve:stock:x"), nonce(), "/"));
    Outcome nobody = send("/", credentials("eve", "0".repeat(32), nonce(), "/"));

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(challenge(wrong)).doesNotContain("stale");
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(unknown.reachedServer()).isFalse();
  }

  @Test
  void whoRepeatsARequestIsToTakeANewNonce() {
    String credentials = credentials("vera", VERA, nonce(), "/");

    assertThat(send("/", credentials).status()).isEqualTo(200);
    Outcome again = send("/", credentials);
    assertThat(again.status()).isEqualTo(401);
    assertThat(challenge(again)).endsWith(", stale=true");
  }

  @Test
  void aNonceOfSomeoneElseIsStaleForWhoKnowsThePasswordOnly() {
    Outcome known = send("/", credentials("vera", VERA, "abcdefgh12345678", "/"));
    Outcome stranger = send("/", credentials("vera", md5("x"), "abcdefgh12345678", "/"));

    assertThat(challenge(known)).endsWith(", stale=true");
    assertThat(challenge(stranger)).doesNotContain("stale");
  }

  @Test
  void anEntryOfAnotherRealmDoesNotCount() {
    var other = Passage.of(DigestAuth.TYPE, "{realm: other, " + USERS + "}");
    String credentials = credentials("vera", VERA, "abcdefgh12345678", "/");

    var outcome = other.send(TestRequest.get("/").with("Authorization", credentials));

    assertThat(challenge(outcome)).doesNotContain("stale");
  }

  @Test
  void withoutUsersEveryoneIsRefused() {
    assertThat(Passage.of(DigestAuth.TYPE, "{}").send(TestRequest.get("/")).status())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{users: ['vera:hunter2']} | users[0] has 2 parts with a colon between them, not 3",
        "{usersFile: /no/such/file} | usersFile /no/such/file: there is no such file",
        "{headerField: 'X Y'} | headerField \"X Y\" is no name of a header",
        "{headerField: host} | headerField \"host\" says where a message goes or ends, or how it is"
            + " sent"
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(DigestAuth.TYPE, options))
        .withMessage(message);
  }
}
