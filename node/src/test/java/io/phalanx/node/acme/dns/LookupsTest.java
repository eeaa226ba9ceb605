package io.phalanx.node.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.Lookups.Authoritative;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;

class LookupsTest {
  private final TestNameServer server = new TestNameServer();
  private final Lookups lookups = new Lookups(List.of(server.address()), 5353);

  LookupsTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void findsTheNearestZoneUpwards() throws Exception {
    server.withZone("a.test.").withZone("deep.b.a.test.").with("x.b.a.test. TXT \"there\"");

    assertThat(lookups.zone("_acme-challenge.a.test")).isEqualTo("a.test");
    assertThat(lookups.zone("a.test")).isEqualTo("a.test");
    assertThat(lookups.zone("_acme-challenge.x.b.a.test")).isEqualTo("a.test");
    assertThat(lookups.zone("x.deep.b.a.test")).isEqualTo("deep.b.a.test");
    assertThatThrownBy(() -> lookups.zone("other.example"))
        .isInstanceOf(DnsException.class)
        .hasMessage("there is no zone that other.example is in");
  }

  @Test
  void theZoneBehindACnameIsNotThatOfTheName() throws Exception {
    server.withZone("a.test.").withZone("b.test.").with("www.a.test. CNAME b.test.");

    assertThat(lookups.zone("www.a.test")).isEqualTo("a.test");
  }

  @Test
  void followsCnames() throws Exception {
    server
        .with("_acme-challenge.a.test. CNAME One.b.test.")
        .with("one.b.test. CNAME two.c.test.")
        .with("loop.test. CNAME pool.test.")
        .with("pool.test. CNAME loop.test.");

    assertThat(lookups.canonical("_acme-challenge.a.test")).isEqualTo("two.c.test");
    assertThat(lookups.canonical("plain.test")).isEqualTo("plain.test");
    assertThatThrownBy(() -> lookups.canonical("loop.test"))
        .hasMessage("loop.test leads on by more than 16 CNAMEs");
  }

  @Test
  void findsTheServersOfAZone() throws Exception {
    server
        .with("a.test. NS ns1.b.test.")
        .with("a.test. NS ns2.b.test.")
        .with("ns1.b.test. A 192.0.2.1")
        .with("ns1.b.test. AAAA 2001:db8::1")
        .with("ns2.b.test. A 192.0.2.2");

    assertThat(lookups.servers("a.test"))
        .extracting(Authoritative::name)
        .containsExactly("ns1.b.test", "ns2.b.test");
    assertThat(lookups.servers("a.test").getFirst().addresses())
        .extracting(address -> address.getAddress().getHostAddress() + '#' + address.getPort())
        .containsExactly("192.0.2.1#5353", "2001:db8:0:0:0:0:0:1#5353");
    assertThatThrownBy(() -> lookups.servers("none.test"))
        .hasMessage("zone none.test has no name server");
    server.with("c.test. NS nowhere.b.test.");
    assertThatThrownBy(() -> lookups.servers("c.test"))
        .hasMessage("name server nowhere.b.test of c.test has no address");
  }

  @Test
  void asksTheNextServerWhenOneRefuses() throws Exception {
    try (var second = new TestNameServer()) {
      second.withZone("a.test.");
      server.refuse(Rcode.SERVFAIL);
      var both = new Lookups(List.of(server.address(), second.address()), 53);

      assertThat(both.zone("x.a.test")).isEqualTo("a.test");
      second.refuse(Rcode.REFUSED);
      assertThatThrownBy(() -> both.zone("x.a.test"))
          .isInstanceOf(DnsException.class)
          .hasMessage("127.0.0.1:" + second.port() + " answers REFUSED for x.a.test");
    }
    assertThatThrownBy(() -> new Lookups(List.of(), 53).zone("a.test"))
        .hasMessage("there is no name server to ask");
  }

  @Test
  void asksServersOfTheZoneForWhatTheyThemselvesHave() throws Exception {
    server.with("a.test. TXT \"one\"").with("a.test. TXT \"two\" \" parts\"");

    assertThat(Lookups.texts(server.address().resolved(), "a.test"))
        .containsExactly("one", "two parts");
    assertThat(Lookups.found(server.address().resolved(), "none.test")).isEmpty();
    assertThat(server.asked())
        .extracting(message -> message.getHeader().getFlag(Flags.RD))
        .containsExactly(false, true);
  }
}
