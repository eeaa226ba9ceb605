package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https:///path",
        "wss://a.example",
        "ftp://a.example",
        "http:///path",
        "a.example",
        "http://me:secret@a.example",
        "http://a_b:70000",
        "http://a.example:0",
        "http://a_b:x",
      })
  void refusesWhatCannotBeReached(String url) {
    assertThat(ServerAddress.unsupported(URI.create(url))).isPresent();
    assertThat(ServerAddress.unsupported(URI.create(url)).orElse("")).doesNotContain("secret");
    assertThatIllegalArgumentException().isThrownBy(() -> ServerAddress.of(URI.create(url)));
  }

  @Test
  void takesAUrlApart() {
    var address = ServerAddress.of(URI.create("http://my_app:8080/base//"));

    assertThat(address.host()).isEqualTo("my_app");
    assertThat(address.port()).isEqualTo(8080);
    assertThat(address.literal()).isEmpty();
    assertThat(address.authority()).isEqualTo("my_app:8080");
    assertThat(address.pathPrefix()).isEqualTo("/base");
  }

  @Test
  void knowsAddressesWithoutLookingThemUp() {
    var address = ServerAddress.of(URI.create("http://[::1]"));

    assertThat(address.literal()).contains(InetAddress.ofLiteral("::1"));
    assertThat(address.port()).isEqualTo(80);
    assertThat(address.authority()).isEqualTo("[::1]");
  }

  @Test
  void keepsAnAddressForAWhile() {
    var clock = new AtomicLong(1);
    var asked = new AtomicInteger();
    var resolver =
        new Resolver(
            _ -> {
              asked.incrementAndGet();
              return new InetAddress[] {InetAddress.getLoopbackAddress()};
            },
            clock::get);
    var server = ServerAddress.of(URI.create("http://app.test"));

    assertThat(ForwardingRig.await(resolver.addresses(server))).hasSize(1);
    assertThat(resolver.addresses(server).resultNow())
        .isEqualTo(List.of(InetAddress.getLoopbackAddress()));
    assertThat(asked).hasValue(1);
    clock.addAndGet(Duration.ofSeconds(5).toNanos());
    ForwardingRig.await(resolver.addresses(server));
    assertThat(asked).hasValue(2);
  }

  @Test
  void asksAgainForANameThatWasNotFound() {
    var asked = new AtomicInteger();
    var resolver =
        new Resolver(
            name -> {
              if (asked.incrementAndGet() == 1) {
                throw new UnknownHostException(name);
              }
              return new InetAddress[] {InetAddress.getLoopbackAddress()};
            },
            () -> 1);
    var server = ServerAddress.of(URI.create("http://app.test"));

    assertThat(resolver.addresses(server).handle((_, failure) -> failure).join())
        .isInstanceOf(UnknownHostException.class);
    assertThat(ForwardingRig.await(resolver.addresses(server))).hasSize(1);
  }
}
