package io.phalanx.node.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real Traefik was seen to match, and what was decided to differ. */
class RuleCorpusTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        "Host(`*`) ~~ true",
        "Host(`*`) 192.0.2.7:8080 true",
        "Host(`shop.test`) ~~ false",
        "Host(`shop.test`) shop.test: true",
        "Host(`shop.test`) shop.test. true",
        "Host(`shop.test`) shop.test.. false",
        "Host(`shop.test`) shop.test:99999 true",
        "Host(`shop.test.`) SHOP.test:80 true",
        "Host(`SHOP.test`) shop.test true",
        "Host(`shop.test:8080`) shop.test:8080 false",
        "Host(`*.Tenants.TEST`) x.tenants.test. true",
        "Host(`*.tenants.test`) tenants.test false",
        "Host(`*.tenants.test`) a.b.tenants.test false",
        "Host(`*.tenants.test`) .tenants.test true",
        "Host(`127.0.0.1`) 127.0.0.1:80 true",
        "Host(`::1`) [::1]:8080 true",
        "Host(`::1`) [::1] true",
        "Host(`[2001:DB8::1]`) [2001:db8::1]:8080 true",
        "Host(`xn--bcher-kva.test`) XN--BCHER-kva.test true",
        "HostRegexp(`shop`) my-shop.test true",
        "HostRegexp(`.*`) ~~ true",
        "HostRegexp(`^[a-z]+\\.eu\\.test$`) SHOP.EU.TEST:8080 true",
        "HostRegexp(`^[a-z]+\\.eu\\.test$`) b2b.eu.test false",
        "HostRegexp(`^UPPER\\.test$`) UPPER.test false",
        "HostRegexp(`(?i)^FLAG\\.test$`) flag.test true",
        "Header(`Host`,`shop.test`) shop.test true",
        "HeaderRegexp(`Host`,`.*`) ~~ false"
      })
  void hosts(String rule, String host, boolean expected) throws RuleSyntaxException {
    assertThat(Rule.parse(rule).matches(TestRequest.get("/").host(host).head()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '~',
      value = {
        "PathPrefix(`/api`) /apiary true",
        "PathPrefix(`/api`) /API/v1 false",
        "PathPrefix(`/api/docs/`) /api/docs false",
        "Path(`/api`)||PathPrefix(`/api/`) /api?x=/api/ true",
        "Path(`/api`)||PathPrefix(`/api/`) /apis false",
        "Path(`/api`)||PathPrefix(`/api/`) /api%2Fusers false",
        "Path(`/files/a%2Fb`) /files/a%2fb true",
        "Path(`/files/a/b`) /files/a%2Fb false",
        "Path(`/files/c%2fd`) /files/c%2fd false",
        "Path(`/a\\b`) /a%5Cb true",
        "PathRegexp(`^/\\p{Greek}+$`) /%CE%B1%CE%B2 true",
        "PathRegexp(`^/img|\\.png$`) /docs/a.png?size=2 true",
        "PathRegexp(`^/(css|js)/[a-z]+\\.[0-9a-f]{6}\\.(css|js)$`) /css/main.0A1B2C.css false",
        "Query(`lang`,`de`) /?lang=en&lang=de true",
        "Query(`lang`,`de`) /?lang=DE false",
        "Query(`lang`,`de`) /?Lang=de false",
        "Query(`lang`,`de`) /?%6Cang=d%65 true",
        "Query(`debug`) /?debug true",
        "Query(`debug`) /?debug= true",
        "Query(`debug`) /?debug=1 false",
        "Query(`debug`) /?debug=1&debug true",
        "QueryRegexp(`debug`) /?debug true",
        "QueryRegexp(`debug`) /?debug=1 false",
        "Query(`x`,`1`) /?%zz&x=1 true",
        "Query(`x`,`1`) /?x=%zz&y&&x=1 true",
        "Query(`x`,`1`) /??x=1 false",
        "Query(`x`,`1`) /?x=1? false",
        "Query(`x`,`1`) /? false",
        "Query(`x`,`1`) /?x=1% false",
        "Query(`x`,`1`) /?x=1%3 false",
        "Query(`x`,`1`) /?x=1;y=2 false",
        "Query(`a`,`1;b=2`) /?a=1%3Bb=2 true",
        "Query(`x`,`a=b`) /?x=a=b true",
        "Query(`tag[]`,`red`) /?tag%5B%5D=blue&tag%5B%5D=red true",
        "Query(`tag[]`,`red`) /?tag[]=red true",
        "Query(`stadt`,`köln`) /?stadt=k%C3%B6ln true",
        "Query(`stadt`,`köln`) /?stadt=k\u00c3\u00b6ln true",
        "Query(\"q\",\"a`b\") /?q=a`b true",
        "~Query(`q`, `a b`)~ /?q=a+b true",
        "~Query(`q`, `a b`)~ /?q=a%20b true",
        "~Query(`q`, `a b`)~ /?q=a%2Bb false"
      })
  void pathsAndQueries(String rule, String target, boolean expected) throws RuleSyntaxException {
    assertThat(Rule.parse(rule).matches(TestRequest.get(target).head())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "Header(`X-Tier`, `gold`); gold; true",
        "Header(`x-tIER`, `gold`); gold; true",
        "Header(`X-Tier`, `gold`); Gold; false",
        "Header(`X-Tier`, `gold`); silver, gold; false",
        "Header(`X-Tier`, ` gold `); gold; false",
        "Header(`X Tier`, `gold`); gold; false",
        "Header(`X-Other`, `gold`); gold; false",
        "Header(`X-Tier`, `größe`); gr\u00c3\u00b6\u00c3\u009fe; true",
        "HeaderRegexp(`x-tier`, `^app/[2-9]`); app/3.1; true",
        "HeaderRegexp(`x-tier`, `^app/[2-9]`); my app/3.1; false",
        "HeaderRegexp(`X-Tier`, `^gr.+\\p{L}e$`); gr\u00c3\u00b6\u00c3\u009fe; true"
      })
  void headers(String rule, String value, boolean expected) throws RuleSyntaxException {
    assertThat(Rule.parse(rule).matches(TestRequest.get("/").with("X-Tier", value).head()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "Host(`mixed.test`) || Host(`alias.test`) && PathPrefix(`/only`); mixed.test; true",
        "Host(`mixed.test`) || Host(`alias.test`) && PathPrefix(`/only`); alias.test; false",
        "(Host(`one.test`) || Host(`two.test`)) && PathPrefix(`/only`); one.test; false",
        "!Host(`shop.test`) && Path(`/x`); other.test; true",
        "!Host(`shop.test`) && Path(`/x`); shop.test; false",
        "!(Path(`/x`) || Method(`POST`)); any.test; false",
        "!!Host(`twice.test`); twice.test; true",
        "!!!Host(`twice.test`); twice.test; false",
        "Host(`a.test`,); a.test; true",
        "Host(`a`) || Host(`b`) || Host(`c`) || Host(`d`) || Path(`/x`); other.test; true",
        "Host(`a`) || Host(`b`) || Host(`c`) || Host(`d`) || Path(`/y`); D:80; true",
        "Host(`a`) || Host(`b`) || Host(`c`) || Host(`d`) || Path(`/y`); e; false"
      })
  void operators(String rule, String host, boolean expected) throws RuleSyntaxException {
    assertThat(Rule.parse(rule).matches(TestRequest.get("/x").host(host).head()))
        .isEqualTo(expected);
  }

  @Test
  void aLineMayBreakInFrontOfAnOperatorOrAParenthesis() throws RuleSyntaxException {
    Rule rule = Rule.parse("Host(`a.test`)\n  && (\r\n\tPath(`/x`)\n)\n");

    assertThat(rule.matches(TestRequest.get("/x").host("a.test").head())).isTrue();
    assertThat(rule.matches(TestRequest.get("/y").host("a.test").head())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "ClientIP(`127.0.0.0/8`), 127.1.2.3, true",
    "ClientIP(`127.0.0.1`), 127.0.0.2, false",
    "ClientIP(`2001:db8::/32`), 2001:db8:1::1, true",
    "ClientIP(`::/0`), 127.0.0.1, false"
  })
  void clientAddressesAreThePeers(String rule, String peer, boolean expected)
      throws RuleSyntaxException {
    assertThat(
            Rule.parse(rule)
                .matches(
                    TestRequest.get("/").from(peer).with("X-Forwarded-For", "10.0.0.1").head()))
        .isEqualTo(expected);
  }
}
