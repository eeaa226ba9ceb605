package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.entrypoint.Rig.Seen;
import io.phalanx.node.exchange.Answer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In which form the handler sees what clients may send. */
class RequestFormsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/public/../admin/./users/?next=/a/../b//c /admin/users/?next=/a/../b//c",
        "//admin//users// /admin/users/",
        "/admin/.. /",
        "/../../admin /admin",
        "/public/%2e%2E/admin /admin",
        "/admin/.hidden/... /admin/.hidden/...",
        "/public/..;/admin /public/..;/admin",
        "/public/..%2fadmin /public/..%2Fadmin",
        "/a/b/../.. /",
        "/a/./ /a/",
        "/a/b/.. /a",
        "/... /...",
        "/%2e%2e%2fsecret /..%2Fsecret",
        "/f%41 /fA",
        "/m%3bv=1 /m%3Bv=1",
        "/m;v=1 /m;v=1",
        "/a\\b /a%5Cb",
        "/{x}|^ /%7Bx%7D%7C%5E",
        "/it's(ok),* /it's(ok),*",
        "/caf\u00e9 /caf%E9",
        "/ok?x=%zz&y=% /ok?x=%zz&y=%",
        "/??x=1 /??x=1",
        "/? /?",
        "/?a=1;b=2 /?a=1;b=2",
        "/s?tag[]=red /s?tag[]=red",
        "http://shop.test /",
        "http://shop.test?x=1 /?x=1",
        "http://shop.test/a//b /a/b",
        "//public.test/news /public.test/news",
      })
  void normalisesTheTarget(String sent, String seen) throws Exception {
    assertThat(seen(new Rig.Options(), "GET " + sent + " HTTP/1.1\r\nHost: a\r\n\r\n").line())
        .isEqualTo("GET " + seen);
  }

  @Test
  void keepsTheTargetAsItCame() throws Exception {
    var options = new Rig.Options();
    options.encodeQuerySemicolons = true;
    try (var rig =
            new Rig(
                options,
                exchange -> exchange.respond(Answer.text(200, exchange.request().sentTarget())));
        Client client = rig.connect()) {
      client.send("GET /a//%62/./c?x;y HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.readTo("x;y")).endsWith("\r\n\r\n/a//%62/./c?x;y");
      assertThat(rig.nextSeen().line()).isEqualTo("GET /a/b/c?x%3By");
    }
  }

  @Test
  void leavesDotsAndSlashesWhereItIsToldTo() throws Exception {
    var options = new Rig.Options();
    options.sanitizePath = false;

    assertThat(seen(options, "GET /a/..//%2e%2f HTTP/1.1\r\nHost: a\r\n\r\n").line())
        .isEqualTo("GET /a/..//.%2F");
  }

  @Test
  void encodesSemicolonsOfTheQueryWhereItIsToldTo() throws Exception {
    var options = new Rig.Options();
    options.encodeQuerySemicolons = true;

    assertThat(seen(options, "GET /;a?a=1;b=%3b HTTP/1.1\r\nHost: a\r\n\r\n").line())
        .isEqualTo("GET /;a?a=1%3Bb=%3b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "GET / HTTP/1.1|Host: shop.test:8080|; shop.test:8080",
        "GET / HTTP/1.1|Host: shop.test:|; shop.test:",
        "GET / HTTP/1.1|Host: \t shop.test  |; shop.test",
        "GET / HTTP/1.1|Host: [::1]:8080|; [::1]:8080",
        "GET / HTTP/1.1|Host:|; ''",
        "GET / HTTP/1.0|; ''",
        "GET http://RED.test:8080/two HTTP/1.1|Host: blue.test|; RED.test:8080",
        "GET / HTTP/1.2|Host: a|; a",
        "|GET / HTTP/1.1|Host: a|; a",
      })
  void takesTheHostFromTargetOrHeader(String head, String host) throws Exception {
    assertThat(seen(new Rig.Options(), head.replace("|", "\r\n") + "\r\n").host()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "get", "PURGE", "M-SEARCH"})
  void takesAnyTokenForAMethod(String method) throws Exception {
    assertThat(seen(new Rig.Options(), method + " / HTTP/1.1\r\nHost: a\r\n\r\n").line())
        .isEqualTo(method + " /");
  }

  @Test
  void keepsRepeatedLinesApartAndTakesOnlyTheBlanksAround() throws Exception {
    Seen seen =
        seenWith(
            "X-Tag: one\r\nx-tag: two, three\r\nCookie: a=1\r\nCookie: b=2\r\nX-Empty:\r\n"
                + "X-Spaces: \t in  side \t\r\nX-Latin: caf\u00ff\r\nX-Tab: a\tb\r\n"
                + "x-!#$%&*.^`|~9: ok\r\n");

    assertThat(seen.header("X-Tag")).containsExactly("one", "two, three");
    assertThat(seen.header("Cookie")).containsExactly("a=1", "b=2");
    assertThat(seen.header("X-Empty")).containsExactly("");
    assertThat(seen.header("X-Spaces")).containsExactly("in  side");
    assertThat(seen.header("X-Latin")).containsExactly("caf\u00ff");
    assertThat(seen.header("X-Tab")).containsExactly("a\tb");
    assertThat(seen.header("x-!#$%&*.^`|~9")).containsExactly("ok");
  }

  @Test
  void joinsFoldedLinesWithOneBlank() throws Exception {
    assertThat(seenWith("X-Note: one \r\n\t two\r\n   three\r\nX-B:\r\n b\r\n \r\n").headers())
        .containsEntry("X-Note", List.of("one two three"))
        .containsEntry("X-B", List.of("b"));
  }

  @Test
  void deletesUnderscoresWhereItIsToldTo() throws Exception {
    var options = new Rig.Options();
    options.underscoreHeaders = UnderscoreHeaders.DELETE;

    Seen seen = seen(options, "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx_a: 2\r\n\r\n");

    assertThat(seen.header("X-A")).containsExactly("1");
    assertThat(seen.header("X_A")).isEmpty();
  }

  @Test
  void readsAHeadThatComesByteByByte() throws Exception {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      String head = "\r\nGET /slow?a HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nX-D: e\r\n\r\n";
      for (int i = 0; i < head.length(); i++) {
        client.send(head.substring(i, i + 1));
      }

      assertThat(client.readTo("GET /slow?a\n")).startsWith("HTTP/1.1 200 OK\r\n");
      Seen seen = rig.nextSeen();
      assertThat(seen.header("X-A")).containsExactly("b c");
      assertThat(seen.header("X-D")).containsExactly("e");
    }
  }

  @Test
  void readsAHeadOfManyBuffers() throws Exception {
    String value = "v".repeat(300_000);

    assertThat(seenWith("X-Long: " + value + "\r\n").header("X-Long")).containsExactly(value);
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (var rig = new Rig()) {
      var requests = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      requests.append("POST /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
      requests.append("Content-Length: 2\r\n\r\nhi").append("GET /never HTTP/1.1\r\n");

      String reply = rig.exchange(requests.toString());

      assertThat(reply.split("HTTP/1.1 200 OK", -1)).hasSize(52);
      assertThat(reply).containsSubsequence("GET /0\n", "GET /1\n", "GET /49\n", "POST /last\n");
    }
  }

  private static Seen seenWith(String lines) throws Exception {
    return seen(new Rig.Options(), "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  }

  private static Seen seen(Rig.Options options, String request) throws Exception {
    try (var rig = new Rig(options);
        Client client = rig.connect()) {
      client.send(request);
      Seen seen = rig.nextSeen();
      assertThat(client.readTo("\r\n")).startsWith("HTTP/1").contains("200");
      return seen;
    }
  }
}
