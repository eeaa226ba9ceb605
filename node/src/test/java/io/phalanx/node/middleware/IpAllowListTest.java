package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpAllowListTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.9, 200",
    "192.0.3.9, 403",
    "198.51.100.7, 200",
    "198.51.100.8, 403",
    "2001:db8::1, 200",
    "2001:db9::1, 403",
  })
  void theConnectionsAddressCounts(String peer, int status) {
    var passage =
        Passage.of(
            IpAllowList.TYPE, "{sourceRange: [192.0.2.77/24, ' 198.51.100.7 ', '2001:db8::/32']}");

    var outcome =
        passage.send(TestRequest.get("/").from(peer).with("X-Forwarded-For", "192.0.2.1"));

    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.reachedServer()).isEqualTo(status == 200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{depth: 1} | 203.0.113.1, 192.0.2.7 | 200",
        "{depth: 2} | 203.0.113.1, 192.0.2.7 | 403",
        "{depth: 2} | 192.0.2.7 | 403",
        "{depth: 1} | 192.0.2.7:5000 | 200",
        "{depth: 1} | ::ffff:192.0.2.7 | 200",
        "{depth: 1} | nonsense | 403",
        "{depth: 2, excludedIPs: [10.0.0.0/8]} | 203.0.113.1, 192.0.2.7, 10.1.2.3 | 200",
        "{depth: -1} | 203.0.113.1 | 200",
        "{excludedIPs: [10.0.0.0/8]} | 192.0.2.7, 10.1.2.3 | 200",
        "{excludedIPs: [10.0.0.0/8]} | 10.1.2.3 | 403",
        "{excludedIPs: [10.0.0.0/8]} | 192.0.2.7, nonsense | 403",
      })
  void ipStrategyLooksAtForwardedAddresses(String strategy, String forwardedFor, int status) {
    var passage =
        Passage.of(IpAllowList.TYPE, "{sourceRange: [192.0.2.0/24], ipStrategy: " + strategy + "}");

    var outcome = passage.send(TestRequest.get("/").with("X-Forwarded-For", forwardedFor));

    assertThat(outcome.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 200",
    "10.1.2.3:80, 200",
    "10.1, 403",
    "10.1:80, 403",
    "10.1.515, 403",
    "167837955, 403",
    "010.1.1.1, 403",
    "10.01.1.1, 403",
    "10.1.1.1., 403",
    "10.1.1.256, 403",
    "0x0a.1.1.1, 403",
    "::ffff:10.1.1.1, 200",
    "::ffff:a01:101, 200",
    "::ffff:010.1.1.1, 403",
    "::ffff:10.1, 403",
    "::ffff:10.1.1.1%1, 403",
    "2001:db8::1, 200",
    "[2001:db8::1]:80, 200",
    "2001:db8::1%1, 403",
  })
  void whatIsNoAddressIsInNoRange(String forwardedFor, int status) {
    var passage =
        Passage.of(
            IpAllowList.TYPE,
            "{sourceRange: [10.0.0.0/8, '2001:db8::/32'], ipStrategy: {depth: 1}}");

    var outcome = passage.send(TestRequest.get("/").with("X-Forwarded-For", forwardedFor));

    assertThat(outcome.status()).isEqualTo(status);
  }

  @Test
  void severalLinesAreOneList() {
    var passage =
        Passage.of(IpAllowList.TYPE, "{sourceRange: [192.0.2.0/24], ipStrategy: {depth: 2}}");

    var outcome =
        passage.send(
            TestRequest.get("/")
                .with("X-Forwarded-For", "192.0.2.7")
                .with("X-Forwarded-For", "203.0.113.1"));

    assertThat(outcome.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"403, Forbidden", "404, Not Found", "418, I'm a teapot", "200, OK"})
  void rejectsWithTheStatusAndItsText(int status, String text) {
    var passage =
        Passage.of(
            IpAllowList.TYPE, "{sourceRange: [203.0.113.1], rejectStatusCode: " + status + "}");

    var outcome = passage.send(TestRequest.get("/"));

    assertThat(outcome.reachedServer()).isFalse();
    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.body()).isEqualTo(text);
    assertThat(outcome.headers().text()).isEmpty();
  }

  @Test
  void theOlderNameDoesTheSame() {
    var passage = Passage.of(IpAllowList.OLDER_TYPE, "{sourceRange: [203.0.113.1]}");

    assertThat(passage.send(TestRequest.get("/").from("203.0.113.1")).status()).isEqualTo(200);
    assertThat(passage.send(TestRequest.get("/")).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | sourceRange must not be empty",
        "{sourceRange: [10.0.0.0/33]} | \"10.0.0.0/33\": the prefix length is from 0 to 32",
        "{sourceRange: [10.0.0.1], rejectStatusCode: 100}"
            + " | rejectStatusCode 100 is no status of an answer",
        "{sourceRange: [10.0.0.1], rejectStatusCode: 444}"
            + " | rejectStatusCode 444 is no status of an answer",
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(IpAllowList.TYPE, options))
        .withMessage(message);
  }
}
