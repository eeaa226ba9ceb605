package io.phalanx.it.benchmark;

/** How a client speaks to a proxy, and with what is encrypted. */
enum Wire {
  HTTP1("http"),
  HTTP1_TLS("https"),
  HTTP2_TLS("https"),

  /** From the first byte on, without asking by HTTP/1.1. */
  HTTP2("http");

  private final String scheme;

  Wire(String scheme) {
    this.scheme = scheme;
  }

  String scheme() {
    return scheme;
  }

  boolean isTls() {
    return scheme.equals("https");
  }

  boolean isHttp2() {
    return this == HTTP2_TLS || this == HTTP2;
  }

  String url(int port, String path) {
    return scheme + "://127.0.0.1:" + port + path;
  }
}
