package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Forwarder.Target;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadWriterTest {
  private static final URI SERVER = URI.create("http://10.0.0.9:8080/base/");
  private static final Target PLAIN = target(true, false);

  private final RequestHeadWriter writer = new RequestHeadWriter();

  @Test
  void writesWhatTheClientSentAndThePeer() {
    assertThat(head("GET", PLAIN, 0, ListedHeaders.of("Accept", "*/*", "accept", "text/html")))
        .isEqualTo(
            "GET /cart HTTP/1.1\r\nHost: shop.example\r\nAccept: */*\r\naccept: text/html\r\n"
                + "X-Forwarded-For: 192.0.2.7\r\n\r\n");
  }

  @Test
  void leavesOutWhatBelongsToTheClientsConnection() {
    var headers =
        ListedHeaders.of(
            "Connection",
            "keep-alive, X-Hop",
            "Keep-Alive",
            "timeout=5",
            "x-hop",
            "1",
            "Proxy-Connection",
            "keep-alive",
            "Proxy-Authorization",
            "Basic eDp5",
            "Proxy-Authenticate",
            "Basic",
            "TE",
            "gzip",
            "Trailer",
            "X-Sum",
            "Upgrade",
            "h2c",
            "Host",
            "evil.example",
            "Content-Length",
            "77",
            "Transfer-Encoding",
            "gzip",
            "X-Stays",
            "3");

    assertThat(head("GET", PLAIN, 0, headers))
        .isEqualTo(
            "GET /cart HTTP/1.1\r\nHost: shop.example\r\nX-Stays: 3\r\n"
                + "X-Forwarded-For: 192.0.2.7\r\n\r\n");
  }

  /** Traefik was seen to name it in no Connection, other than RFC 9110, section 10.1.4, wants. */
  @Test
  void saysThatTrailersAreTakenInTraefiksWords() {
    var headers = ListedHeaders.of("Connection", "TE", "Te", "trailers, deflate");

    assertThat(head("GET", PLAIN, 0, headers))
        .contains("\r\nTe: trailers\r\n")
        .doesNotContain("Connection");
  }

  @Test
  void announcesTrailersThatCanCome() {
    var headers = ListedHeaders.of("Trailer", "X-Sum, Content-Length", "trailer", "Host");

    assertThat(head("POST", PLAIN, -1, headers))
        .contains("\r\nTrailer: X-Sum\r\n")
        .doesNotContain("trailer:");
    assertThat(head("POST", PLAIN, 5, headers)).doesNotContain("Trailer");
  }

  @Test
  void appendsThePeerToAllThatCameBefore() {
    var headers =
        ListedHeaders.of(
            "X-Forwarded-For", "203.0.113.7", "x-forwarded-for", "", "X-Forwarded-For", "10.9.8.7");

    assertThat(head("GET", PLAIN, 0, headers))
        .contains("\r\nX-Forwarded-For: 203.0.113.7, 10.9.8.7, 192.0.2.7\r\n");
  }

  @Test
  void withholdsThePeerWhereThatIsWanted() {
    var exchange = exchange("GET", ListedHeaders.of());
    exchange.request().withholdPeer();

    assertThat(write(exchange, PLAIN, 0)).doesNotContainIgnoringCase("x-forwarded-for");
  }

  @Test
  void sendsWhatCameBeforeWithoutThePeer() {
    var exchange = exchange("GET", ListedHeaders.of("X-Forwarded-For", "203.0.113.7"));
    exchange.request().withholdPeer();

    assertThat(write(exchange, PLAIN, 0)).contains("\r\nX-Forwarded-For: 203.0.113.7\r\n");
  }

  @Test
  void sendsTheServersOwnHostWhereTheClientsIsNotPassed() {
    assertThat(head("GET", target(false, false), 0, ListedHeaders.of()))
        .contains("\r\nHost: 10.0.0.9:8080\r\n");
  }

  @Test
  void putsThePathOfTheServerInFrontWhereItIsPreserved() {
    assertThat(head("GET", target(true, true), 0, ListedHeaders.of()))
        .startsWith("GET /base/cart HTTP/1.1\r\n");
  }

  @Test
  void keepsTheAsteriskForm() {
    assertThat(edited(exchange -> exchange.request().path("*"))).startsWith("GET * HTTP/1.1\r\n");
  }

  @Test
  void keepsAnEmptyQuery() {
    assertThat(edited(exchange -> exchange.request().query("")))
        .startsWith("GET /cart? HTTP/1.1\r\n");
  }

  @Test
  void framesTheBodyAsItIsFramed() {
    assertThat(head("POST", PLAIN, 5, ListedHeaders.of())).contains("\r\nContent-Length: 5\r\n");
    assertThat(head("GET", PLAIN, -1, ListedHeaders.of()))
        .contains("\r\nTransfer-Encoding: chunked\r\n");
    assertThat(head("POST", PLAIN, 0, ListedHeaders.of())).contains("\r\nContent-Length: 0\r\n");
    assertThat(head("DELETE", PLAIN, 0, ListedHeaders.of())).doesNotContain("Content-Length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a b", "/a\r\nX: 1", "/a\0", "/a\t", "/\u010a", "/\u007f"})
  void refusesAPathThatWouldEndTheRequestLine(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> edited(exchange -> exchange.request().path(path)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\rb",
        "a\nb",
        "a\0b",
        "a\u010ab",
        "\u20ac",
        "of more than eight\r",
        "\nof more than eight",
        "of more\0than eight",
        "of more than eight \u20ac",
        "of more \u010a than eight",
      })
  void refusesAValueThatWouldEndItsLine(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> head("GET", PLAIN, 0, ListedHeaders.of("X-A", value)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> edited(exchange -> exchange.request().host(value)));
  }

  @Test
  void passesBytesThatAreNotAsciiAsTheyAre() {
    assertThat(
            head(
                "GET",
                PLAIN,
                0,
                ListedHeaders.of(
                    "X-A", "caf\u00e9\t1", "X-B", "caf\u00e9 au lait", "X-C", "\ttab and\ttab")))
        .contains("\r\nX-A: caf\u00e9\t1\r\nX-B: caf\u00e9 au lait\r\nX-C: \ttab and\ttab\r\n");
  }

  @Test
  void writesAHeadOfAnySize() {
    String value = "x".repeat(100_000);

    assertThat(head("GET", PLAIN, 0, ListedHeaders.of("X-A", value))).contains(value);
    assertThat(head("GET", PLAIN, 0, ListedHeaders.of())).startsWith("GET /cart");
  }

  private String edited(Consumer<Exchange> edit) {
    var exchange = exchange("GET", ListedHeaders.of());
    edit.accept(exchange);
    return write(exchange, PLAIN, 0);
  }

  private static Target target(boolean passHost, boolean preservePath) {
    return new Target(
        SERVER, passHost, preservePath, new ServerTransport(TransportOptions.standard()));
  }

  private String head(String method, Target target, long bodyLength, ListedHeaders headers) {
    return write(exchange(method, headers), target, bodyLength);
  }

  private static MemoryExchange exchange(String method, ListedHeaders headers) {
    return new MemoryExchange(Runnable::run, method, "/cart", headers, 0);
  }

  private String write(Exchange exchange, Target target, long bodyLength) {
    int length =
        writer.write(new Call(exchange, target, ServerAddress.of(target.url())), bodyLength);
    return new String(writer.bytes(), 0, length, StandardCharsets.ISO_8859_1);
  }
}
