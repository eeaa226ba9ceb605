package io.phalanx.node.digest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestCredentialsTest {
  /** RFC 7616, section 3.9.1. */
  private static final String RFC =
      "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\","
          + " algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001,"
          + " cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth,"
          + " response=\"8ca523f5e9506fed4657c9700eebdbec\","
          + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

  /** Of the password {@code Circle of Life}. */
  private static final String SECRET = "3d78807defe7de2157e2b0b6573a855f";

  private static DigestCredentials parsed(String line) {
    return DigestCredentials.parse(line).orElseThrow();
  }

  @Test
  void knowsTheExampleOfTheRfc() {
    DigestCredentials credentials = parsed(RFC);

    assertThat(credentials.name()).isEqualTo("Mufasa");
    assertThat(credentials.uri()).isEqualTo("/dir/index.html");
    assertThat(credentials.count()).isEqualTo(1);
    assertThat(credentials.isAnsweredBy(SECRET, "GET")).isTrue();
    assertThat(credentials.isAnsweredBy(SECRET, "POST")).isFalse();
    assertThat(credentials.isAnsweredBy("0".repeat(32), "GET")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"uri=\"/other\"", "nc=00000002", "cnonce=\"x\"", "nonce=\"x\""})
  void everyPartOfItIsProtected(String first) {
    String line = "Digest " + first + ", " + RFC.substring("Digest ".length());

    assertThat(parsed(line).isAnsweredBy(SECRET, "GET")).isFalse();
  }

  @Test
  void quotesAndSpellingsAreTheClients() {
    DigestCredentials credentials =
        parsed(
            "dIgEsT  USERNAME=\"a \\\"b\\\", c\" ,qop=auth,nc=0000000A, nonce=n,"
                + "uri=\"/x=1,y\",cnonce=\"\"");

    assertThat(credentials.name()).isEqualTo("a \"b\", c");
    assertThat(credentials.uri()).isEqualTo("/x=1,y");
    assertThat(credentials.count()).isEqualTo(10);
    assertThat(credentials.nonce()).isEqualTo("n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Digest",
        "Digest ",
        "Digest username",
        "Digest username=\"",
        "Basic YmVuOnR1bGlw",
        "Digest username=\"a\", nonce=\"n\", uri=\"/\", cnonce=\"c\", nc=00000001",
        "Digest username=\"a\", nonce=\"n\", uri=\"/\", cnonce=\"c\", nc=1, qop=auth",
        "Digest username=\"a\", nonce=\"n\", uri=\"/\", cnonce=\"c\", nc=0000000g, qop=auth",
        "Digest username=\"a\", nonce=\"n\", uri=\"/\", cnonce=\"c\", nc=00000001, qop=auth-int",
        "Digest username=\"a\", nonce=\"n\", uri=\"/\", nc=00000001, qop=auth",
        "Digest username=\"a\", nonce=\"n\", uri=\"/\", cnonce=\"c\", nc=00000001, qop=auth,"
            + " algorithm=SHA-256"
      })
  void whatIsNotAllThereIsNothing(String line) {
    assertThat(DigestCredentials.parse(line)).isEmpty();
  }

  @Test
  void showsNoPartOfTheProof() {
    assertThat(parsed(RFC).toString()).doesNotContain("8ca523f5", "7ypf", "f2/wE4q");
  }
}
