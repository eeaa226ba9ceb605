package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsSignatureTest {
  private static final Instant TIME = Instant.parse("2015-08-30T12:36:00Z");

  private static AwsSignature signing(Optional<String> session) {
    return new AwsSignature(
        "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", session, "us-east-1", "service");
  }

  /** Signatures as Amazon's own test suite has them. */
  @ParameterizedTest
  @CsvSource({
    "GET, /, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "GET, /?Param2=value2&Param1=value1,"
        + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    "POST, /, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
  })
  void signsAsAmazonDoes(String method, String path, String signature) {
    Map<String, String> headers =
        signing(Optional.empty())
            .headers(
                new ApiClient.Request(
                    method, URI.create("https://example.amazonaws.com" + path), ""),
                TIME);

    assertThat(headers)
        .containsEntry("x-amz-date", "20150830T123600Z")
        .containsEntry(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature="
                + signature);
  }

  @ParameterizedTest
  @CsvSource({"https://h.test/, 0", "https://h.test:443/, 0", "https://h.test:444/, 1"})
  void theUsualPortIsNotPartOfTheHost(String url, int differs) {
    String usual = authorization("https://h.test/");

    assertThat(authorization(url).equals(usual)).isEqualTo(differs == 0);
  }

  private static String authorization(String url) {
    return String.valueOf(
        signing(Optional.of("session"))
            .headers(new ApiClient.Request("GET", URI.create(url), ""), TIME)
            .get("Authorization"));
  }
}
