package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.tls.ClientAuthority;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassTlsClientCertTest {
  private static final String CERTIFICATE = "x-forwarded-tls-client-cert: ";
  private static final String INFO = "x-forwarded-tls-client-cert-info: ";

  private static final ClientAuthority STAFF = new ClientAuthority("staff ca,O=Acme Trust");

  private static final X509Certificate ALICE =
      STAFF
          .issue(
              "DC=test,DC=acme,SERIALNUMBER=42,CN=alice\\, of sales,OU=Sales,OU=Zeist,"
                  + "O=Acme & Sons,L=Zeist,ST=Utrecht,C=NL",
              ClientAuthority.A_DAY,
              KeyPurposeId.id_kp_clientAuth,
              new GeneralName(GeneralName.iPAddress, "2001:db8::1"),
              new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://acme/alice"),
              new GeneralName(GeneralName.dNSName, "alice.test"),
              new GeneralName(GeneralName.rfc822Name, "alice@acme.test"),
              new GeneralName(GeneralName.iPAddress, "192.0.2.9"))
          .certificate();

  private static final X509Certificate BOB = STAFF.issue("CN=bob").certificate();

  private static TestHeaders received(String options, TestRequest request) {
    return Passage.of(PassTlsClientCert.TYPE, options).send(request).requestHeaders();
  }

  private static String line(TestHeaders headers, String start) {
    return headers.text().stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .reduce((a, b) -> a + " | " + b)
        .orElse("");
  }

  private static String info(String options, X509Certificate... shown) {
    String line =
        line(received("{info: " + options + "}", TestRequest.get("/").showing(shown)), INFO);
    return URLDecoder.decode(line, StandardCharsets.UTF_8);
  }

  @Test
  void passesTheWholeChainInPlaceOfWhatWasClaimed() throws Exception {
    TestHeaders headers =
        received(
            "{pem: true}",
            TestRequest.get("/")
                .with("X-Forwarded-Tls-Client-Cert", "forged")
                .with("x-forwarded-tls-client-cert", "forged")
                .showing(ALICE, STAFF.certificate()));

    Base64.Encoder encoder = Base64.getEncoder();
    assertThat(line(headers, CERTIFICATE))
        .isEqualTo(
            encoder.encodeToString(ALICE.getEncoded())
                + ","
                + encoder.encodeToString(STAFF.certificate().getEncoded()));
    assertThat(line(headers, INFO)).isEmpty();
  }

  @Test
  void infoIsEscapedAsInAQuery() {
    TestHeaders headers =
        received(
            "{info: {subject: {commonName: true, organization: true}}}",
            TestRequest.get("/").with("X-Forwarded-Tls-Client-Cert-Info", "forged").showing(ALICE));

    assertThat(line(headers, INFO))
        .isEqualTo("Subject%3D%22O%3DAcme+%26+Sons%2CCN%3Dalice%2C+of+sales%22");
    assertThat(line(headers, CERTIFICATE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{subject: {domainComponent: true}} | Subject=\"DC=test,DC=acme\"",
        "{subject: {country: true}} | Subject=\"C=NL\"",
        "{subject: {province: true}} | Subject=\"ST=Utrecht\"",
        "{subject: {locality: true}} | Subject=\"L=Zeist\"",
        "{subject: {organizationalUnit: true}} | Subject=\"OU=Sales,OU=Zeist\"",
        "{subject: {serialNumber: true}} | Subject=\"SN=42\"",
        "{issuer: {commonName: true, organization: true}}"
            + " | Issuer=\"O=Acme Trust,CN=staff ca\"",
        "{issuer: {country: true}, subject: {country: true}} | Subject=\"C=NL\"",
        "{sans: true}"
            + " | SAN=\"alice.test,alice@acme.test,2001:db8::1,192.0.2.9,spiffe://acme/alice\""
      })
  void eachOptionIsAField(String options, String wanted) {
    assertThat(info(options, ALICE)).isEqualTo(wanted);
  }

  @Test
  void fieldsHaveTheirOrderAndCertificatesAComma() {
    String all =
        "{notAfter: true, notBefore: true, serialNumber: true, subject: {commonName: true}}";

    assertThat(info(all, ALICE, BOB))
        .isEqualTo(
            "Subject=\"CN=alice, of sales\";"
                + numbers(ALICE)
                + ",Subject=\"CN=bob\";"
                + numbers(BOB));
  }

  private static String numbers(X509Certificate certificate) {
    return "SerialNumber=\"%s\";NB=\"%d\";NA=\"%d\""
        .formatted(
            certificate.getSerialNumber(),
            certificate.getNotBefore().toInstant().getEpochSecond(),
            certificate.getNotAfter().toInstant().getEpochSecond());
  }

  @Test
  void withoutACertificateNothingIsTold() {
    String both = "{pem: true, info: {sans: true}}";

    for (TestRequest request : List.of(TestRequest.get("/"), TestRequest.get("/").showing())) {
      assertThat(received(both, request).text()).isEmpty();
    }
    assertThat(
            received(both, TestRequest.get("/").with("X-Forwarded-Tls-Client-Cert", "proxy"))
                .text())
        .containsExactly(CERTIFICATE + "proxy");
  }
}
