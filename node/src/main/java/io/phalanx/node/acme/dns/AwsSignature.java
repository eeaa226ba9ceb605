package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to Amazon's services: Signature Version 4, as the AWS General Reference has it.
 *
 * @param session token of temporary credentials
 */
record AwsSignature(
    String accessKey, String secretKey, Optional<String> session, String region, String service)
    implements ApiClient.Signing {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DATE = 8;

  @Override
  public Map<String, String> headers(ApiClient.Request request, Instant now) {
    String time = TIME.format(now);
    var signed = new TreeMap<String, String>();
    signed.put("host", host(request.url()));
    signed.put("x-amz-date", time);
    session.ifPresent(token -> signed.put("x-amz-security-token", token));
    String names = String.join(";", signed.keySet());
    String scope = time.substring(0, DATE) + '/' + region + '/' + service + "/aws4_request";
    String toSign =
        String.join("\n", ALGORITHM, time, scope, hex(sha256(canonical(request, signed, names))));
    var headers = new LinkedHashMap<String, String>(signed);
    // The client writes it itself, the same.
    headers.remove("host");
    headers.put(
        "Authorization",
        ALGORITHM
            + " Credential="
            + accessKey
            + '/'
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + hex(hmac(key(time.substring(0, DATE)), toSign)));
    return headers;
  }

  private static String canonical(
      ApiClient.Request request, SortedMap<String, String> signed, String names) {
    String query = request.url().getRawQuery() == null ? "" : request.url().getRawQuery();
    return String.join(
        "\n",
        request.method(),
        request.url().getRawPath(),
        Stream.of(query.split("&")).sorted().collect(Collectors.joining("&")),
        signed.entrySet().stream()
            .map(header -> header.getKey() + ':' + header.getValue() + '\n')
            .collect(Collectors.joining()),
        names,
        hex(sha256(request.body())));
  }

  private static String host(URI url) {
    boolean isUsual =
        url.getPort() < 0 || url.getPort() == (url.getScheme().equals("https") ? 443 : 80);
    return isUsual ? url.getHost() : url.getHost() + ':' + url.getPort();
  }

  private byte[] key(String date) {
    byte[] key = ("AWS4" + secretKey).getBytes(UTF_8);
    for (String part : new String[] {date, region, service, "aws4_request"}) {
      key = hmac(key, part);
    }
    return key;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC with SHA-256", e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "AwsSignature[" + accessKey + ", " + region + ']';
  }
}
