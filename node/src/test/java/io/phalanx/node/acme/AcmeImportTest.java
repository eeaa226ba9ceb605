package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.pem.Pem;
import io.phalanx.node.tls.IssuedCertificates;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcmeImportTest {
  private static final Duration DAYS = Duration.ofDays(90);
  private static final Lease LEASE = new Lease("import", "local", 1);
  private static final InstantSource CLOCK = () -> NOW;
  private static final Resolver RESOLVER =
      new Resolver(
          "le",
          URI.create("https://ca.test/dir"),
          Optional.of("ops@example.org"),
          Optional.empty(),
          new Resolver.Request(
              KeyKind.RSA2048, List.of(), true, Optional.empty(), Optional.empty()),
          new TreeMap<>(Map.of(ChallengeKind.HTTP_01, Duration.ZERO)),
          Optional.empty(),
          new Resolver.Limits(Duration.ZERO, Duration.ZERO, Duration.ZERO),
          List.of(),
          false);

  @TempDir private Path directory;

  private final ServedStates served =
      new ServedStates(new IssuedCertificates(), new HttpChallenges(), CLOCK, () -> {});
  private Fleet fleet;
  private Documents documents;

  @BeforeEach
  void open() throws Exception {
    fleet = LocalFleet.start(InstantSource.system(), directory.resolve("signing.key"));
    documents = fleet.documents();
    documents.subscribe(served);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  private static String chain(Held held) {
    return base64(Pem.text(held.chain()));
  }

  private static String key(Held held) {
    return held.key().secret().lend(pkcs8 -> base64(Pem.text("PRIVATE KEY", pkcs8)));
  }

  private static String certificate(String main, String sans, String chain, String key) {
    return "{\"domain\": {\"main\": \"%s\", \"sans\": [%s]}, \"certificate\": \"%s\", \"key\": \"%s\"}"
        .formatted(main, sans, chain, key);
  }

  private static String certificate(String name, Held held) {
    return certificate(name, "", chain(held), key(held));
  }

  private static String file(String... certificates) {
    return "{\"le\": {\"Certificates\": [" + String.join(",", certificates) + "]}}";
  }

  private static String account(String uri, byte[] key) {
    return "{\"le\": {\"Account\": {\"PrivateKey\": \"%s\", \"Registration\": {\"uri\": \"%s\"}}}}"
        .formatted(Base64.getEncoder().encodeToString(key), uri);
  }

  private List<ImportLine> take(String text) throws Exception {
    return new AcmeImport(documents, LEASE, CLOCK, List.of(RESOLVER))
        .take(AcmeFile.read("acme.json", text));
  }

  private ImportLine only(String text) throws Exception {
    List<ImportLine> lines = take(text);
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  private String leftOut(String text) throws Exception {
    ImportLine line = only(text);
    assertThat(line.taken()).as(line.reason()).isFalse();
    return line.reason();
  }

  private Optional<AccountState> account() {
    return Optional.ofNullable(documents.all().get("account/le"))
        .map(document -> document.content().lend(StateFormat::account));
  }

  @Test
  void aCertificateIsHeldUnderTheNeedThatARouterWouldHave() throws Exception {
    Held held = TestStates.held(NOW, DAYS, "a.test", "b.test");
    ImportLine line = only(file(certificate("B.test", "\"a.test\"", chain(held), key(held))));

    assertThat(line.taken()).as(line.reason()).isTrue();
    CertificateState state =
        Objects.requireNonNull(
            served
                .states()
                .get(CertificateState.documentName(TestStates.need("a.test", "b.test"))));
    assertThat(state.held()).contains(held);
    var plan =
        new Plan(
            List.of(TestStates.need("a.test", "b.test")),
            served.states(),
            List.of(),
            one -> Renewal.at(one.certificate(), Optional.empty()),
            Map.of());
    assertThat(plan.due(NOW).getFirst().at()).isEqualTo(NOW.plus(Duration.ofDays(60)));
  }

  @Test
  void whatIsOfNoUseIsLeftOutWithTheReason() throws Exception {
    Held held = TestStates.held(NOW, DAYS, "a.test");
    Held other = TestStates.held(NOW, DAYS, "a.test");
    Held old = TestStates.held(NOW.minus(Duration.ofDays(91)), DAYS, "a.test");

    assertThat(leftOut(file(certificate("a.test", "", chain(held), key(other)))))
        .isEqualTo("the key is not the key of the certificate");
    assertThat(leftOut(file(certificate("a.test", old)))).startsWith("it has expired");
    assertThat(leftOut(file(certificate("b.test", held))))
        .isEqualTo("the certificate is not for b.test");
    assertThat(leftOut(file(certificate("a b", held)))).contains("no name of a host");
    assertThat(leftOut(file(certificate("a.test", "", "%%", key(held))))).contains("base64");
    assertThat(leftOut(file(certificate("a.test", "", chain(held), base64("/etc/passwd")))))
        .contains("no private key");
    assertThat(leftOut(file(certificate("a.test", "", "", "")))).contains("no certificate");
    assertThat(leftOut("{\"x\": {\"Certificates\": [" + certificate("a.test", held) + "]}}"))
        .isEqualTo("there is no certificate resolver of that name here");
    assertThat(documents.all()).isEmpty();
  }

  @Test
  void theOneThatLastsLongerStaysAndOthersAreTakenAllTheSame() throws Exception {
    Held held = TestStates.held(NOW, DAYS, "a.test");
    Held shorter = TestStates.held(NOW, DAYS.minusDays(1), "a.test");
    Held longer = TestStates.held(NOW, DAYS.plusDays(1), "a.test");
    List<ImportLine> lines =
        take(
            file(
                certificate("a.test", held),
                certificate("a.test", held),
                certificate("a.test", shorter),
                certificate("a.test", longer)));

    assertThat(lines.stream().map(ImportLine::taken)).containsExactly(true, false, false, true);
    assertThat(served.states().values().iterator().next().held()).contains(longer);
  }

  @Test
  void anAccountIsTakenInEachFormOfItsKey() throws Exception {
    KeyPair rsaPair = KeyKind.RSA2048.generate();
    KeyPair ecPair = KeyKind.EC256.generate();
    PrivateKey rsa = rsaPair.getPrivate();
    var ec = (java.security.interfaces.ECPrivateKey) ecPair.getPrivate();
    for (byte[] key :
        List.of(
            rsa.getEncoded(),
            PrivateKeyInfo.getInstance(rsa.getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded(),
            ec.getEncoded(),
            new ECPrivateKey(256, ec.getS(), SECObjectIdentifiers.secp256r1).getEncoded())) {
      assertThat(only(account("https://ca.test/acct/1", key)).reason())
          .isEqualTo("as https://ca.test/acct/1");
      AccountState account = account().orElseThrow();
      PrivateKey kept = account.key().privateKey();
      assertThat(account.key().shown())
          .isEqualTo(kept instanceof RSAPrivateKey ? rsaPair.getPublic() : ecPair.getPublic())
          .isEqualTo(PublicHalf.of(kept));
      assertThat(account.server()).isEqualTo("https://ca.test/dir");
      remove(Objects.requireNonNull(documents.all().get("account/le")));
    }
  }

  @Test
  void thePublicHalfIsTheOneThatWasMadeWithIt() throws Exception {
    for (KeyKind kind : List.of(KeyKind.EC256, KeyKind.EC384, KeyKind.RSA2048)) {
      var pair = kind.generate();
      assertThat(PublicHalf.of(pair.getPrivate())).isEqualTo(pair.getPublic());
    }
  }

  @Test
  void anAccountOfAnotherAuthorityOrBesideOneOfTheFleetIsLeftOut() throws Exception {
    byte[] key = KeyKind.EC256.generate().getPrivate().getEncoded();

    assertThat(leftOut(account("https://other.test/acct/1", key))).contains("another authority");
    assertThat(leftOut(account("https://ca.test:444/acct/1", key))).contains("another authority");
    assertThat(leftOut(account("http://ca.test/acct/1", key))).contains("another authority");
    assertThat(leftOut(account("", key))).contains("never registered");
    assertThat(leftOut(account("https://ca.test/acct/1", new byte[] {1, 2, 3})))
        .contains("its key is neither RSA nor EC");
    assertThat(account()).isEmpty();
    assertThat(only(account("https://ca.test/acct/1", key)).taken()).isTrue();
    assertThat(leftOut(account("https://ca.test/acct/2", key))).contains("already");
    assertThat(account().orElseThrow().location()).contains("https://ca.test/acct/1");
  }

  @Test
  void anImportLeavesRoomForWhatTheFleetOrdersItself() throws Exception {
    for (int i = 0; i < Documents.MAX_COUNT - 100; i++) {
      documents.put(LEASE, "x/" + i, Optional.empty(), new byte[] {1});
    }

    assertThat(leftOut(file(certificate("a.test", TestStates.held(NOW, DAYS, "a.test")))))
        .contains("the fleet has 1900 documents");
  }

  @Test
  void whatIsExportedCanBeImported() throws Exception {
    byte[] rsa = KeyKind.RSA2048.generate().getPrivate().getEncoded();
    Held held = TestStates.held(NOW, DAYS, "a.test", "b.test");
    take(account("https://ca.test/acct/1", rsa));
    take(file(certificate("a.test", "\"b.test\"", chain(held), key(held))));
    AccountState before = account().orElseThrow();
    String exported = new AcmeExport(documents, served, CLOCK).text(List.of(RESOLVER));
    documents.all().values().forEach(this::remove);

    assertThat(take(exported).stream().map(ImportLine::taken)).containsExactly(true, true);
    assertThat(account()).contains(before);
    assertThat(served.states().values().iterator().next().held()).contains(held);
    assertThat(exported)
        .contains("\"KeyType\" : \"2048\"", "\"main\" : \"a.test\"", "\"Store\" : \"default\"");
  }

  private void remove(Document document) {
    try {
      documents.remove(LEASE, document);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAccountWhoseKeyTraefikCannotReadIsNotExported() throws Exception {
    take(account("https://ca.test/acct/1", KeyKind.EC256.generate().getPrivate().getEncoded()));

    assertThat(new AcmeExport(documents, served, CLOCK).text(List.of(RESOLVER)))
        .doesNotContain("Account")
        .doesNotContain("PrivateKey");
  }
}
