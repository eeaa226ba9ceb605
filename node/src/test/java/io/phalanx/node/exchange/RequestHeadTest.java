package io.phalanx.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/files/a/b /files/a/b",
        "/files/a%2Fb /files/a%2Fb",
        "/files/a%2fb /files/a%2Fb",
        "/m%3bv=1 /m%3Bv=1",
        "/it%27s%28ok%29 /it%27s%28ok%29",
        "/a%5Cb /a\\b",
        "/%7Bx%7D%7C%5E /{x}|^",
        "/%CE%B1 /α",
        "/100%25 /100%25"
      })
  void rulesSeePathsDecodedButForReservedCharacters(String path, String routingPath) {
    assertThat(TestRequest.get(path).head().routingPath()).isEqualTo(routingPath);
  }

  @Test
  void theRoutingPathFollowsEditsOfThePath() {
    RequestHead request = TestRequest.get("/a%62").head();
    String before = request.routingPath();

    request.path("/c%64");

    assertThat(before).isEqualTo("/ab");
    assertThat(request.routingPath()).isEqualTo("/cd");
  }

  @Test
  void theRoutingHostIsTheClientsWhateverIsSent() {
    RequestHead request = TestRequest.get("/").host("Shop.test:81").head();

    request.host("inner.test");

    assertThat(request.routingHost()).isEqualTo("shop.test");
  }
}
