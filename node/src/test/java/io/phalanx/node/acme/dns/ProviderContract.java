package io.phalanx.node.acme.dns;

import static io.phalanx.node.acme.dns.TestApi.OTHER;
import static io.phalanx.node.acme.dns.TestApi.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;

/** What every provider promises. */
final class ProviderContract {
  private ProviderContract() {}

  /**
   * @param values those that the service has for the record's name, without quotes, among which is
   *     one already that somebody else wrote
   */
  static void check(DnsProvider provider, Supplier<List<String>> values) throws Exception {
    List<String> foreign = values.get();
    assertThat(foreign).hasSize(1);

    provider.add(RECORD);
    assertThat(values.get()).containsExactlyInAnyOrder(foreign.getFirst(), "value-1");
    provider.add(OTHER);
    provider.add(RECORD);
    assertThat(values.get()).containsExactlyInAnyOrder(foreign.getFirst(), "value-1", "value-2");

    provider.remove(RECORD);
    provider.remove(RECORD);
    assertThat(values.get()).containsExactlyInAnyOrder(foreign.getFirst(), "value-2");
    provider.remove(OTHER);
    assertThat(values.get()).isEqualTo(foreign);
  }
}
