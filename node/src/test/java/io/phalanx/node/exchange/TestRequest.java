package io.phalanx.node.exchange;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Heads of requests, as an entry point would make them. */
public final class TestRequest {
  private final String method;
  private final String target;
  private final TestHeaders headers = new TestHeaders();
  private String host = "app.example";
  private String peer = "192.0.2.7";
  private boolean secure;
  private List<X509Certificate> shown = List.of();

  private TestRequest(String method, String target) {
    this.method = method;
    this.target = target;
  }

  public static TestRequest get(String target) {
    return new TestRequest("GET", target);
  }

  public static TestRequest of(String method, String target) {
    return new TestRequest(method, target);
  }

  public TestRequest host(String value) {
    this.host = value;
    return this;
  }

  public TestRequest from(String address) {
    this.peer = address;
    return this;
  }

  public TestRequest overTls() {
    this.secure = true;
    return this;
  }

  /** Over TLS, by a client that shows these certificates. */
  public TestRequest showing(X509Certificate... certificates) {
    this.secure = true;
    this.shown = List.of(certificates);
    return this;
  }

  public TestRequest with(String name, String value) {
    headers.add(HeaderName.of(name), value);
    return this;
  }

  public RequestHead head() {
    int mark = target.indexOf('?');
    var head =
        new RequestHead(
            method,
            secure,
            "web",
            Peer.of(InetAddress.ofLiteral(peer), 4711),
            host,
            mark < 0 ? target : target.substring(0, mark),
            mark < 0 ? Optional.empty() : Optional.of(target.substring(mark + 1)),
            headers);
    if (!shown.isEmpty()) {
      head.tls(new ClientTls("1.3", "TLS_AES_128_GCM_SHA256", host, shown));
    }
    return head;
  }
}
