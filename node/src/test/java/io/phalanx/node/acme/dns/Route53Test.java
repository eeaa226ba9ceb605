package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.OTHER;
import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.TestApi.Call;
import io.phalanx.node.acme.dns.TestApi.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Route53Test {
  private static final String SECRET = "secret/key+EXAMPLE";
  private static final Pattern CHANGE =
      Pattern.compile(
          "<Action>(\\w+)</Action><ResourceRecordSet><Name>(\\S+?)</Name><Type>TXT</Type>"
              + "<TTL>(\\d+)</TTL><ResourceRecords>(.*?)</ResourceRecords>");
  private static final Pattern VALUE = Pattern.compile("<Value>(.*?)</Value>");

  private final List<String> values = new ArrayList<>(List.of("\"foreign\""));
  private final TestApi api;
  private long ttl = 77;
  private int looks;
  private Optional<String> othersAdd = Optional.empty();

  Route53Test() throws IOException {
    api = new TestApi(this::reply);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static Reply error(int status, String code, String message) {
    return Reply.of(
        status,
        "<?xml version=\"1.0\"?><ErrorResponse><Error><Type>Sender</Type><Code>"
            + code
            + "</Code><Message>"
            + message
            + "</Message></Error></ErrorResponse>");
  }

  /** Signed with the credentials, over what arrived. */
  private boolean isSigned(Call call) {
    Instant time =
        LocalDateTime.parse(
                call.header("x-amz-date"), DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"))
            .toInstant(ZoneOffset.UTC);
    Optional<String> session =
        Optional.of(call.header("x-amz-security-token")).filter(token -> !token.isEmpty());
    Map<String, String> expected =
        new AwsSignature("AKID", SECRET, session, "us-east-1", "route53")
            .headers(
                new ApiClient.Request(
                    call.method(),
                    URI.create("http://" + call.header("host") + call.url()),
                    call.body()),
                time);
    return call.header("authorization").equals(expected.get("Authorization"));
  }

  private Reply reply(Call call) {
    if (!isSigned(call)) {
      return error(403, "SignatureDoesNotMatch", "The signature does not match");
    }
    if (call.path().equals("/2013-04-01/hostedzonesbyname")) {
      return Reply.of(
          200,
          "<R xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><HostedZones>"
              + zone("ZPRIVATE", "example.com.", true)
              + zone("ZPUBLIC", "example.com.", false)
              + zone("ZOTHER", "example.net.", false)
              + "</HostedZones></R>");
    }
    if (call.path().equals("/2013-04-01/change/C1")) {
      return Reply.of(200, info(++looks < 2 ? "PENDING" : "INSYNC"));
    }
    if (call.method().equals("GET")) {
      assertThat(call.path()).isEqualTo("/2013-04-01/hostedzone/ZPUBLIC/rrset");
      assertThat(call.parameter("name")).isEqualTo(RECORD.name() + '.');
      return Reply.of(200, "<R>" + (values.isEmpty() ? next() : set()) + "</R>");
    }
    assertThat(call.path()).isEqualTo("/2013-04-01/hostedzone/ZPUBLIC/rrset/");
    othersAdd.ifPresent(values::add);
    othersAdd = Optional.empty();
    return change(call.body());
  }

  private static String zone(String id, String name, boolean isPrivate) {
    return "<HostedZone><Id>/hostedzone/%s</Id><Name>%s</Name><Config><PrivateZone>%s</PrivateZone></Config></HostedZone>"
        .formatted(id, name, isPrivate);
  }

  private static String info(String status) {
    return "<R><ChangeInfo><Id>/change/C1</Id><Status>" + status + "</Status></ChangeInfo></R>";
  }

  private String set() {
    return "<ResourceRecordSets><ResourceRecordSet><Name>%s.</Name><Type>TXT</Type><TTL>%d</TTL><ResourceRecords>%s</ResourceRecords></ResourceRecordSet></ResourceRecordSets>"
        .formatted(
            RECORD.name(),
            ttl,
            values.stream()
                .map(value -> "<ResourceRecord><Value>" + value + "</Value></ResourceRecord>")
                .collect(Collectors.joining()));
  }

  /** What comes behind, where the name that was asked for is not. */
  private static String next() {
    return "<ResourceRecordSets><ResourceRecordSet><Name>z.example.com.</Name><Type>TXT</Type><TTL>1</TTL><ResourceRecords><ResourceRecord><Value>\"z\"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></ResourceRecordSets>";
  }

  /** All of it or nothing; what is deleted has to be what there is. */
  private Reply change(String body) {
    List<String> before = List.copyOf(values);
    boolean isDeleted = values.isEmpty();
    var after = new ArrayList<String>();
    Matcher changes = CHANGE.matcher(body);
    while (changes.find()) {
      List<String> given =
          VALUE.matcher(changes.group(4)).results().map(found -> found.group(1)).toList();
      boolean isSame = given.equals(before) && changes.group(3).equals(String.valueOf(ttl));
      if (changes.group(1).equals("DELETE") && isSame) {
        isDeleted = true;
      } else if (changes.group(1).equals("CREATE") && isDeleted) {
        ttl = Long.parseLong(changes.group(3));
        after.addAll(given);
      } else {
        return error(400, "InvalidChangeBatch", "it was submitted with other values");
      }
    }
    values.clear();
    values.addAll(after);
    return Reply.of(200, info("PENDING"));
  }

  private DnsProvider provider(Map<String, String> further) {
    var variables =
        new HashMap<>(
            Map.of(
                "AWS_ACCESS_KEY_ID",
                "AKID",
                "AWS_SECRET_ACCESS_KEY",
                SECRET,
                "AWS_REGION",
                "eu-west-1",
                "AWS_ENDPOINT_URL_ROUTE_53",
                api.url()));
    variables.putAll(further);
    return api.provider("route53", variables);
  }

  private List<String> plain() {
    return values.stream().map(value -> value.replace("\"", "")).toList();
  }

  @Test
  void keepsTheContract() throws Exception {
    ProviderContract.check(provider(Map.of("AWS_SESSION_TOKEN", "session")), this::plain);

    assertThat(looks).as("it waited for the change").isGreaterThanOrEqualTo(2);
    assertThat(api.calls()).allMatch(call -> call.header("x-amz-security-token").equals("session"));
  }

  @Test
  void aSetIsMadeAndTakenAway() throws Exception {
    values.clear();
    DnsProvider provider = provider(Map.of("AWS_WAIT_FOR_RECORD_SETS_CHANGED", "false"));
    provider.add(RECORD);
    assertThat(plain()).containsExactly("value-1");
    assertThat(ttl).isEqualTo(10);
    provider.remove(RECORD);

    assertThat(values).isEmpty();
    assertThat(looks).isZero();
  }

  @Test
  void whatOthersWriteInBetweenStays() throws Exception {
    othersAdd = Optional.of("\"another\"");
    provider(Map.of("AWS_HOSTED_ZONE_ID", "ZPUBLIC")).add(RECORD);

    assertThat(plain()).containsExactly("foreign", "another", "value-1");
    assertThat(api.calls()).noneMatch(call -> call.path().endsWith("hostedzonesbyname"));
  }

  @Test
  void isRefusedWithItsWordsAndWithoutTheSecret() {
    assertThatThrownBy(() -> provider(Map.of("AWS_SECRET_ACCESS_KEY", "wrong-secret")).add(OTHER))
        .isInstanceOf(DnsException.class)
        .hasMessage("127.0.0.1 answers 403: The signature does not match");
    assertThatThrownBy(() -> provider(Map.of("AWS_HOSTED_ZONE_ID", "../x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AWS_HOSTED_ZONE_ID is no identifier");
    assertThatThrownBy(() -> provider(Map.of("AWS_ASSUME_ROLE_ARN", "arn:aws:iam::1:role/x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("AWS_ASSUME_ROLE_ARN is not served yet");
  }

  @Test
  void whatIsNoXmlIsAnError() throws Exception {
    try (var broken =
        new TestApi(
            _ ->
                Reply.of(
                    200, "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"))) {
      assertThatThrownBy(
              () -> provider(Map.of("AWS_ENDPOINT_URL_ROUTE_53", broken.url())).add(RECORD))
          .isInstanceOf(DnsException.class)
          .hasMessage("Route 53 answers with no XML that can be read");
    }
  }
}
