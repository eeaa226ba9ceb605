package io.phalanx.node.http2;

import io.phalanx.node.hpack.FieldName;
import io.phalanx.node.hpack.HpackEncoder;
import java.util.function.BiConsumer;

/**
 * Writes one head, or trailers. Taken from {@link Http2Connection#newHead}, filled, pseudo-headers
 * first, and sent at once; there is one of each connection. What is for a connection only is left
 * out (RFC 9113, section 8.2.2).
 */
public final class HeadWriter implements BiConsumer<String, String> {
  private final HpackEncoder encoder;
  private boolean bodiless;
  private boolean connect;

  HeadWriter(HpackEncoder encoder) {
    this.encoder = encoder;
  }

  void begin() {
    encoder.begin();
    bodiless = false;
    connect = false;
  }

  /** The status of an answer, 100 to 999 but 101. */
  public HeadWriter status(int status) {
    if (status < 100 || status > 999 || status == 101) {
      throw new IllegalArgumentException("not a status of HTTP/2: " + status);
    }
    encoder.status(status);
    return this;
  }

  /**
   * What a request asks for.
   *
   * @param authority may be empty
   * @param path with query
   */
  public HeadWriter request(String method, String scheme, String authority, String path) {
    bodiless = method.equals("HEAD");
    connect = method.equals("CONNECT");
    pseudo(":method", method);
    pseudo(":scheme", scheme);
    if (!authority.isEmpty()) {
      pseudo(":authority", authority);
    }
    pseudo(":path", path);
    return this;
  }

  /** Asks for another protocol (RFC 8441), behind {@link #request} with the method CONNECT. */
  public HeadWriter protocol(String protocol) {
    pseudo(":protocol", protocol);
    return this;
  }

  private void pseudo(String name, String value) {
    encoder.field(encoder.name(name), value);
  }

  /**
   * Adds a field.
   *
   * @param name in any case
   * @throws IllegalArgumentException if the value may not be sent; the head is then given up
   */
  public HeadWriter field(String name, String value) {
    FieldName known = encoder.name(name);
    switch (known.kind()) {
      case CONNECTION_SPECIFIC, HOST -> {}
      case TE -> {
        if (value.equalsIgnoreCase("trailers")) {
          encoder.field(known, value);
        }
      }
      case REGULAR, CONTENT_LENGTH, COOKIE -> encoder.field(known, value);
      case METHOD, SCHEME, AUTHORITY, PATH, STATUS, PROTOCOL, UNKNOWN_PSEUDO, MALFORMED ->
          throw new IllegalArgumentException("not the name of a field");
    }
    return this;
  }

  @Override
  public void accept(String name, String value) {
    field(name, value);
  }

  /** Whether what is answered to it has no body, whatever its Content-Length says. */
  boolean isBodiless() {
    return bodiless;
  }

  /** Whether a tunnel is asked for. */
  boolean isConnect() {
    return connect;
  }

  int end() {
    return encoder.end();
  }

  byte[] bytes() {
    return encoder.bytes();
  }
}
