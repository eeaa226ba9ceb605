package io.phalanx.providers.pem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CredentialsTest {
  @ParameterizedTest
  @CsvSource({"RSA,2048", "EC,256", "EC,384", "Ed25519,-1"})
  void readsKeysOfEveryKindAndForm(String algorithm, int size) throws Exception {
    TestPems pems = TestPems.of(algorithm, size, "a.test");

    Credentials modern = Credentials.parse(pems.certificate(), pems.pkcs8());
    Credentials traditional =
        Credentials.parse("a remark\n" + pems.certificate(), pems.traditional());

    assertThat(modern.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=a.test");
    assertThat(traditional.key().getAlgorithm()).isEqualTo(modern.key().getAlgorithm());
  }

  @Test
  void parametersOfACurveInFrontOfItsKeyAreNoKey() throws Exception {
    TestPems pems = TestPems.of("EC", 256, "a.test");
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

    assertThat(Credentials.parse(pems.certificate(), parameters + pems.traditional()).key())
        .isInstanceOf(java.security.interfaces.ECKey.class);
  }

  @Test
  void whatOtherServersHaveInTheSameFileIsLeftAside() throws Exception {
    TestPems pems = TestPems.of("EC", 256, "a.test");
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    String groups = "-----BEGIN DH PARAMETERS-----\nMAYCAQsCAQI=\n-----END DH PARAMETERS-----\n";
    // A byte order mark, and what OpenSSL's commands write above each certificate.
    String all =
        "\ufeff" + groups + parameters + "0 s:CN = a.test\n" + pems.certificate() + pems.pkcs8();

    assertThat(Credentials.parse(all, all).chain()).hasSize(1);
    assertThat(Credentials.parse("0 s:\n" + pems.certificate(), "\ufeff" + pems.pkcs8()).chain())
        .hasSize(1);
  }

  @Test
  void theWholeChainIsKept() throws Exception {
    TestPems leaf = TestPems.of("EC", 256, "leaf.test");
    TestPems authority = TestPems.of("EC", 256, "authority");

    assertThat(
            Credentials.parse(leaf.certificate() + authority.certificate(), leaf.pkcs8()).chain())
        .extracting(certificate -> certificate.getSubjectX500Principal().getName())
        .containsExactly("CN=leaf.test", "CN=authority");
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048", "EC,256", "Ed25519,-1"})
  void aKeyOfAnotherCertificateIsRefused(String algorithm, int size) {
    TestPems one = TestPems.of(algorithm, size, "one");
    TestPems other = TestPems.of(algorithm, size, "other");

    refuses(one.certificate(), other.pkcs8(), "not the key of the certificate");
    refuses(one.certificate(), TestPems.of("EC", 384, "x").pkcs8(), "not the key");
  }

  @Test
  void aChainInTheWrongOrderIsToldAsSuch() {
    TestPems leaf = TestPems.of("EC", 256, "leaf.test");
    TestPems authority = TestPems.of("EC", 256, "authority");

    refuses(
        authority.certificate() + authority.certificate() + leaf.certificate(),
        leaf.pkcs8(),
        "the key is that of certificate 3 in it, which has to be the first; the authorities above"
            + " it follow");
  }

  @Test
  void saysWhatIsWrongWithoutSayingAnythingOfTheKey() {
    TestPems pems = TestPems.of("EC", 256, "a.test");

    refuses("nothing", pems.pkcs8(), "no certificate");
    refuses(pems.pkcs8(), pems.pkcs8(), "no certificate");
    refuses(pems.certificate(), "nothing", "no private key");
    refuses(pems.certificate(), pems.certificate(), "no private key");
    refuses(pems.certificate(), pems.pkcs8().replace('M', '!'), "key cannot be read");
    refuses(
        pems.certificate(),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
            + "MDAwGwYJKoZIhvcNAQUDMA4ECAAAAAAAAAAAAgIIAAQRAAAAAAAAAAAAAAAAAAAAAAA=\n"
            + "-----END ENCRYPTED PRIVATE KEY-----\n",
        "key");
  }

  private static void refuses(String certificate, String key, String reason) {
    assertThatExceptionOfType(PemException.class)
        .isThrownBy(() -> Credentials.parse(certificate, key))
        .withMessageContaining(reason);
  }
}
