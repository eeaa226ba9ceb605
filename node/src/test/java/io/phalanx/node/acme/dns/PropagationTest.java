package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** Two servers of a zone and a recursive one, all real. */
class PropagationTest {
  private static final String NAME = "_acme-challenge.a.test";
  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(4),
          Duration.ofSeconds(1));

  private final TestTime time = new TestTime();
  private final TestNameServer primary = new TestNameServer();
  private final TestNameServer secondary = new TestNameServer();
  private final TestNameServer recursive = new TestNameServer();

  PropagationTest() throws IOException {}

  @AfterEach
  void close() {
    primary.close();
    secondary.close();
    recursive.close();
  }

  private static ChallengeRecord record(String value) {
    return new ChallengeRecord("a.test", "t", "t.p", NAME, value);
  }

  private void await(
      DnsOptions.Checks checks, Duration delay, List<ServerAddress> nameServers, String... values)
      throws Exception {
    var options =
        new DnsOptions(
            "exec",
            new Variables(Map.of(), Map.of()),
            List.of(recursive.address()),
            nameServers,
            checks,
            delay);
    var lookups = new Lookups(options.recursive(), primary.port());
    new Propagation(options, lookups, options.recursive(), time)
        .await(Arrays.stream(values).map(PropagationTest::record).toList(), TIMING);
  }

  private List<ServerAddress> both() {
    return List.of(primary.address(), secondary.address());
  }

  private void show(TestNameServer server, String value) {
    try {
      server.with(NAME + ". TXT \"" + value + '"');
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static DnsOptions.Checks checks(boolean authoritative, boolean recursive) {
    return new DnsOptions.Checks(authoritative, recursive);
  }

  @Test
  void waitsUntilAllServersShowAllValues() throws Exception {
    show(primary, "one");
    show(primary, "two");
    show(secondary, "one");
    time.whenPassed(() -> show(secondary, "two"));

    await(checks(true, false), Duration.ZERO, both(), "one", "two");
    assertThat(time.pauses()).containsExactly(Duration.ofSeconds(4));
  }

  @Test
  void tellsWhoLacksIt() {
    show(primary, "one");
    show(secondary, "another");

    assertThatThrownBy(() -> await(checks(true, false), Duration.ZERO, both(), "one"))
        .isInstanceOf(DnsException.class)
        .hasMessage(
            "the TXT record "
                + NAME
                + " is not seen after 10 s: "
                + secondary.address()
                + " has 1 of that name, but not ours");
    assertThat(time.pauses())
        .containsExactly(Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(2));
  }

  @Test
  void asksTheServersThatTheZoneNames() throws Exception {
    recursive.withZone("a.test.").with("a.test. NS ns.a.test.").with("ns.a.test. A 127.0.0.1");
    show(primary, "one");

    await(checks(true, false), Duration.ZERO, List.of(), "one");
    assertThat(primary.asked()).hasSize(1);
    assertThatThrownBy(() -> await(checks(true, false), Duration.ZERO, List.of(), "two"))
        .hasMessageContaining("ns.a.test has 1 of that name");
  }

  @Test
  void asksAgainWhileServersCannotBeAsked() throws Exception {
    show(primary, "one");
    show(secondary, "one");
    secondary.refuse(Rcode.SERVFAIL);
    time.whenPassed(() -> secondary.refuse(Rcode.NOERROR));

    await(checks(true, false), Duration.ZERO, both(), "one");
    assertThat(time.pauses()).hasSize(1);
    secondary.refuse(Rcode.SERVFAIL);
    time.whenPassed(() -> {});
    assertThatThrownBy(() -> await(checks(true, false), Duration.ZERO, both(), "one"))
        .hasMessageContaining("answers SERVFAIL for " + NAME);
  }

  @Test
  void asksRecursiveServersOnlyIfThatIsWanted() throws Exception {
    show(primary, "one");
    await(checks(true, false), Duration.ZERO, List.of(primary.address()), "one");
    assertThat(recursive.asked()).isEmpty();

    assertThatThrownBy(
            () -> await(checks(true, true), Duration.ZERO, List.of(primary.address()), "one"))
        .hasMessageContaining(recursive.address() + " has none");
    show(recursive, "one");
    await(checks(false, true), Duration.ZERO, List.of(), "one");
  }

  @Test
  void asksNobodyIfThatIsWanted() throws Exception {
    await(checks(false, false), Duration.ofSeconds(30), List.of(), "one");

    assertThat(time.pauses()).containsExactly(Duration.ofSeconds(30));
    assertThat(recursive.asked()).isEmpty();
  }
}
