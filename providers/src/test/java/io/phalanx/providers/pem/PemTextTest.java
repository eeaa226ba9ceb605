package io.phalanx.providers.pem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PemTextTest {
  private static final TestPems PEMS = TestPems.of("EC", 256, "a.test");

  @Test
  void certificatesAreLeftOfAFileWithBoth() throws Exception {
    String both = PEMS.pkcs8() + PEMS.certificate() + PEMS.traditional();

    String certificates = PemText.withoutKeys(both);

    assertThat(certificates.strip()).isEqualTo(PEMS.certificate().strip());
    assertThat(Credentials.parse(certificates, both).certificate().getSubjectX500Principal())
        .hasToString("CN=a.test");
  }

  @Test
  void aKeyThatIsCutOffIsTakenOutToTheEnd() {
    assertThat(PemText.withoutKeys(PEMS.certificate() + PEMS.pkcs8().substring(0, 80)).strip())
        .isEqualTo(PEMS.certificate().strip());
  }

  @Test
  void whatHoldsNoKeyStaysAsItIs() {
    assertThat(PemText.withoutKeys("/etc/a.crt")).isEqualTo("/etc/a.crt");
    assertThat(PemText.withoutKeys(PEMS.certificate())).isEqualTo(PEMS.certificate());
  }
}
