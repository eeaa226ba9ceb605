package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.acme.dns.ApiClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Amazon's Route 53, interface of 2013-04-01. It has all values of a name in one set. A change
 * deletes the set as it was read and creates the other in one step, and is refused if somebody
 * wrote it in between: then it is read again.
 */
final class Route53 implements DnsProvider {
  static final List<String> VARIABLES =
      List.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_REGION",
          "AWS_HOSTED_ZONE_ID",
          "AWS_PRIVATE_ZONE",
          "AWS_WAIT_FOR_RECORD_SETS_CHANGED",
          "AWS_ENDPOINT_URL_ROUTE_53");

  private static final String VERSION = "/2013-04-01";
  private static final String SPACE = "https://route53.amazonaws.com/doc/2013-04-01/";
  private static final int MAX_ATTEMPTS = 5;
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{1,64}");

  private final ApiClient client;
  private final Timing timing;
  private final ZoneFinder zones;
  private final Optional<String> zoneId;
  private final boolean isPrivate;
  private final boolean waits;

  Route53(DnsProviders.Parts parts) {
    Variables variables = parts.variables();
    String secret = variables.token("route53", "AWS_SECRET_ACCESS_KEY");
    Optional<String> session = variables.optionalToken("AWS_SESSION_TOKEN");
    String region = variables.optionalToken("AWS_REGION").orElse("us-east-1");
    Partition partition = Partition.of(region);
    var secrets = new ArrayList<>(List.of(secret));
    session.ifPresent(secrets::add);
    URI base = variables.url(partition.url, "AWS_ENDPOINT_URL_ROUTE_53");
    this.client =
        new ApiClient(
            parts.connection(),
            base,
            parts.timing().answer(),
            new AwsSignature(
                variables.token("route53", "AWS_ACCESS_KEY_ID"),
                secret,
                session,
                partition.region,
                "route53"),
            secrets);
    this.timing = parts.timing();
    this.zones = parts.zones();
    if (variables.optional("AWS_ASSUME_ROLE_ARN").isPresent()) {
      throw new IllegalArgumentException("AWS_ASSUME_ROLE_ARN is not served yet");
    }
    this.zoneId = variables.optional("AWS_HOSTED_ZONE_ID");
    zoneId
        .filter(id -> !ID.matcher(id).matches())
        .ifPresent(
            id -> {
              throw new IllegalArgumentException(
                  "AWS_HOSTED_ZONE_ID is no identifier of a hosted zone");
            });
    this.isPrivate = variables.flag("AWS_PRIVATE_ZONE", false);
    this.waits = variables.flag("AWS_WAIT_FOR_RECORD_SETS_CHANGED", true);
  }

  /** Route 53 is one for all regions of a partition, and signed for one of them. */
  private enum Partition {
    CHINA("https://route53.amazonaws.com.cn", "cn-northwest-1"),
    GOVERNMENT("https://route53.us-gov.amazonaws.com", "us-gov-west-1"),
    USUAL("https://route53.amazonaws.com", "us-east-1");

    private final String url;
    private final String region;

    Partition(String url, String region) {
      this.url = url;
      this.region = region;
    }

    static Partition of(String region) {
      return region.startsWith("cn-") ? CHINA : region.startsWith("us-gov-") ? GOVERNMENT : USUAL;
    }
  }

  /**
   * The values of a name.
   *
   * @param values as they are written, in quotes
   */
  private record RecordSet(long ttl, List<String> values) {
    RecordSet {
      values = List.copyOf(values);
    }

    private String change(String action, String name) {
      var records = new StringBuilder();
      for (String value : values) {
        records
            .append("<ResourceRecord><Value>")
            .append(escaped(value))
            .append("</Value></ResourceRecord>");
      }
      return ("<Change><Action>%s</Action><ResourceRecordSet><Name>%s.</Name><Type>TXT</Type>"
              + "<TTL>%d</TTL><ResourceRecords>%s</ResourceRecords></ResourceRecordSet></Change>")
          .formatted(action, name, ttl, records);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Behind what it is an identifier of. */
  private static String id(String text) throws DnsException {
    String id = text.substring(text.lastIndexOf('/') + 1);
    if (!ID.matcher(id).matches()) {
      throw new DnsException("Route 53 answers with something that is no identifier");
    }
    return id;
  }

  @Override
  public void add(ChallengeRecord record) throws DnsException, InterruptedException {
    change(
        record,
        before -> {
          if (before.stream().anyMatch(record::isValue)) {
            return Optional.empty();
          }
          var values = new ArrayList<>(before);
          values.add(record.quoted());
          return Optional.of(values);
        });
  }

  @Override
  public void remove(ChallengeRecord record) throws DnsException, InterruptedException {
    change(
        record,
        before -> {
          var values = new ArrayList<>(before);
          return values.removeIf(record::isValue) ? Optional.of(values) : Optional.empty();
        });
  }

  /** What becomes of the values; empty if they stay. */
  private interface Edit {
    Optional<List<String>> of(List<String> before);
  }

  private void change(ChallengeRecord record, Edit edit) throws DnsException, InterruptedException {
    String zone = zone(record.name());
    for (int attempt = 1; ; attempt++) {
      Optional<RecordSet> before = read(zone, record.name());
      Optional<List<String>> values = edit.of(before.map(RecordSet::values).orElse(List.of()));
      if (values.isEmpty()) {
        return;
      }
      var changes = new StringBuilder();
      before.ifPresent(set -> changes.append(set.change("DELETE", record.name())));
      if (!values.get().isEmpty()) {
        changes.append(
            new RecordSet(timing.ttl().toSeconds(), values.get()).change("CREATE", record.name()));
      }
      Answer answer =
          client.ask(
              "POST",
              VERSION + "/hostedzone/" + zone + "/rrset/",
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ChangeResourceRecordSetsRequest xmlns=\""
                  + SPACE
                  + "\"><ChangeBatch><Changes>"
                  + changes
                  + "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
      if (answer.isGood()) {
        awaitInSync(parse(answer));
        return;
      }
      boolean isOld = answer.status() == 400 && answer.body().contains("InvalidChangeBatch");
      if (!isOld || attempt == MAX_ATTEMPTS) {
        throw client.refused(answer);
      }
    }
  }

  private String zone(String name) throws DnsException, InterruptedException {
    if (zoneId.isPresent()) {
      return zoneId.get();
    }
    String zone = zones.zone(name);
    Element answer = get("/hostedzonesbyname?dnsname=" + zone);
    for (Element one : elements(answer, "HostedZone")) {
      if (text(one, "Name").equalsIgnoreCase(zone + '.')
          && Boolean.parseBoolean(text(one, "PrivateZone")) == isPrivate) {
        return id(text(one, "Id"));
      }
    }
    throw new DnsException(
        "Route 53 has no "
            + (isPrivate ? "private" : "public")
            + " zone "
            + zone
            + " with these credentials");
  }

  private Optional<RecordSet> read(String zone, String name)
      throws DnsException, InterruptedException {
    Element answer = get("/hostedzone/" + zone + "/rrset?maxitems=1&name=" + name + ".&type=TXT");
    for (Element set : elements(answer, "ResourceRecordSet")) {
      if (text(set, "Name").toLowerCase(Locale.ROOT).equals(name + '.')
          && text(set, "Type").equals("TXT")) {
        List<String> values =
            elements(set, "ResourceRecord").stream().map(one -> text(one, "Value")).toList();
        return Optional.of(new RecordSet(ttl(text(set, "TTL")), values));
      }
    }
    return Optional.empty();
  }

  private long ttl(String text) {
    return text.matches("\\d{1,10}") ? Long.parseLong(text) : timing.ttl().toSeconds();
  }

  private void awaitInSync(Element changed) throws DnsException, InterruptedException {
    if (!waits) {
      return;
    }
    Element info = changed;
    Instant end = client.time().instant().plus(timing.propagation());
    Duration pause = timing.interval();
    while (!text(info, "Status").equals("INSYNC")) {
      if (client.time().instant().isAfter(end)) {
        throw new DnsException("Route 53 does not come to an end with the record");
      }
      client.time().pass(pause);
      info = get("/change/" + id(text(info, "Id")));
    }
  }

  private Element get(String path) throws DnsException, InterruptedException {
    Answer answer = client.ask("GET", VERSION + path, "");
    if (!answer.isGood()) {
      throw client.refused(answer);
    }
    return parse(answer);
  }

  private static Element parse(Answer answer) throws DnsException {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      // Nothing is declared in it, and nothing fetched for it.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setXIncludeAware(false);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder
          .parse(new ByteArrayInputStream(answer.body().getBytes(UTF_8)))
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new DnsException("Route 53 answers with no XML that can be read");
    }
  }

  private static List<Element> elements(Element in, String name) {
    NodeList found = in.getElementsByTagName(name);
    return IntStream.range(0, found.getLength())
        .mapToObj(found::item)
        .map(Element.class::cast)
        .toList();
  }

  /** Of the first element of that name; empty if there is none. */
  private static String text(Element in, String name) {
    NodeList found = in.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }
}
