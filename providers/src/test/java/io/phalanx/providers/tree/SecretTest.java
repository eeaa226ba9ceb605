package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretTest {
  private static final String KEY =
      "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n";

  @Test
  void tellsItsValueToWhoAsksAlone() {
    var secret = new Secret("pä\uD83D\uDD11");

    assertThat(secret.value()).isEqualTo("pä\uD83D\uDD11");
    assertThat(secret).hasToString("********").isEqualTo(new Secret("pä\uD83D\uDD11"));
    assertThat(secret).isNotEqualTo(new Secret("p"));
  }

  @Test
  void aTreeKeepsAPrivateKeyAsASecret() {
    Tree.Scalar key = Tree.Scalar.of(KEY, Place.NONE);

    assertThat(key)
        .isEqualTo(new Tree.Scalar.Hidden(new Secret(KEY), Place.NONE))
        .asString()
        .doesNotContain("MHcCAQEE");
    assertThat(key.text()).isEqualTo(KEY);
    assertThat(Tree.Scalar.of("a.key", Place.NONE))
        .isEqualTo(new Tree.Scalar.Plain("a.key", Place.NONE));
  }
}
