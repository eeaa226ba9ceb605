package io.phalanx.it.benchmark;

import java.util.List;
import java.util.Locale;

/** What a client asks for, how, and of whom. Connections are kept unless it says otherwise. */
enum Scenario {
  MINIMAL("HTTP/1.1, 1 KiB, nothing but the Host header"),
  BROWSER("HTTP/1.1, 1 KiB, 12 headers as a browser sends them"),
  TLS("HTTP/1.1 over TLS 1.3, 1 KiB"),
  HTTP2("HTTP/2 over TLS 1.3, 1 KiB, 16 connections with 32 streams each"),
  LARGE("HTTP/1.1, 1 MiB"),
  LARGE_TLS("HTTP/1.1 over TLS 1.3, 1 MiB"),
  HANDSHAKES("a full TLS 1.3 handshake for each request, 200 a second, 1 KiB"),
  LOGGED("HTTP/1.1, 1 KiB, access log and metrics on"),
  ROUTERS(
      "HTTP/1.1, 1 KiB, 12 browser headers; 10 or 10,000 routers by host, the last one matches"),
  GRPC("unary gRPC without TLS, 100 bytes each way, 16 connections with 32 streams each"),
  SERVERS("HTTP/1.1, 1 KiB, 1,000 servers behind one service");

  private static final H2load.Kept MULTIPLEXED = new H2load.Kept(16, 32);
  private static final int MANY_SERVERS = 1000;

  private final String description;

  Scenario(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  LoadClient client() {
    return switch (this) {
      case MINIMAL, LOGGED, SERVERS -> new Wrk(Wire.HTTP1, 64, List.of());
      case BROWSER, ROUTERS -> new Wrk(Wire.HTTP1, 64, BrowserHeaders.ALL);
      case TLS -> new Wrk(Wire.HTTP1_TLS, 64, List.of());
      case LARGE -> new Wrk(Wire.HTTP1, 16, List.of());
      case LARGE_TLS -> new Wrk(Wire.HTTP1_TLS, 16, List.of());
      case HTTP2 -> new H2load(Wire.HTTP2_TLS, MULTIPLEXED, List.of());
      case HANDSHAKES -> new H2load(Wire.HTTP1_TLS, new H2load.Fresh(5), List.of());
      case GRPC -> new H2load(Wire.HTTP2, MULTIPLEXED, GrpcCall.HEADERS);
    };
  }

  Wire wire() {
    return client().wire();
  }

  Body body() {
    return switch (this) {
      case LARGE, LARGE_TLS -> Body.LARGE;
      case GRPC -> Body.CALL;
      case MINIMAL, BROWSER, TLS, HTTP2, HANDSHAKES, LOGGED, ROUTERS, SERVERS -> Body.SMALL;
    };
  }

  /** Of the one service. */
  int servers() {
    return this == SERVERS ? MANY_SERVERS : 1;
  }

  /** Whether the servers speak gRPC, by HTTP/2 without TLS. */
  boolean isGrpc() {
    return this == GRPC;
  }

  /** Whether the proxies write an access log, and count for their metrics. */
  boolean isRecorded() {
    return this == LOGGED;
  }

  /** The name on the command line and in what is written. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
