package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.dynamic.MiddlewareTypes;
import org.junit.jupiter.api.Test;

final class BuiltInMiddlewaresTest {
  @Test
  void eachIsInTheCatalogueOfTheConfigurationWithItsOptions() {
    assertThat(BuiltInMiddlewares.ALL)
        .allSatisfy(
            type -> assertThat(MiddlewareTypes.ALL).containsEntry(type.name(), type.options()));
  }

  @Test
  void noNameIsListedTwice() {
    assertThat(BuiltInMiddlewares.ALL).extracting("name").doesNotHaveDuplicates();
  }
}
