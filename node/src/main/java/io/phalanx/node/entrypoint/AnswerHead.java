package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.ResponseHead;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Writes the head of an answer over HTTP/1.1 (RFC 9112), and says how its end is to be known
 * (section 6) and whether the connection stays. What middlewares and servers wrote about that does
 * not count. Belongs to one I/O thread.
 */
final class AnswerHead implements BiConsumer<String, String> {
  /** How the end of a body is known. */
  enum Framing {
    /** There is none, be it that there would be one for another method. */
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    /** Not a body any more: raw bytes both ways. */
    TUNNEL
  }

  private static final ThreadLocal<AnswerHead> OF_THREAD = ThreadLocal.withInitial(AnswerHead::new);

  private static final HeaderName CONTENT_LENGTH = HeaderName.of("Content-Length");
  private static final HeaderName DATE = HeaderName.of("Date");
  private static final HeaderName TRAILER = HeaderName.of("Trailer");
  private static final HeaderName TRANSFER_ENCODING = HeaderName.of("Transfer-Encoding");
  private static final HeaderName UPGRADE = HeaderName.of("Upgrade");
  private static final DateTimeFormatter DATE_FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int CLIENT_GONE = 499;
  private static final int FIRST_SIZE = 4 * 1024;
  private static final int LARGEST_KEPT = 64 * 1024;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;
  private Framing framing = Framing.NONE;
  private long dateSecond = -1;
  private String date = "";

  /** The one of this thread. */
  static AnswerHead ofThread() {
    return OF_THREAD.get();
  }

  /** The array that holds the head; valid until the next {@link #write}. */
  byte[] bytes() {
    return bytes;
  }

  /** Of the head that was written last. */
  Framing framing() {
    return framing;
  }

  /**
   * Writes a head; the exchange learns whether its connection can stay.
   *
   * @param bodyLength -1 if it is not known
   * @return the length of the head in {@link #bytes}
   */
  int write(HttpServerExchange exchange, ResponseHead head, HeaderLines headers, long bodyLength) {
    boolean none = exchange.getRequestMethod().equals(Methods.HEAD) || isBodiless(head.status());
    return write(exchange, head, headers, framing(exchange, bodyLength, none), bodyLength);
  }

  private static boolean isBodiless(int status) {
    return status == StatusCodes.NO_CONTENT || status == StatusCodes.NOT_MODIFIED;
  }

  /** Writes a head for a body whose end is to be known in the given way. */
  int write(
      HttpServerExchange exchange,
      ResponseHead head,
      HeaderLines headers,
      Framing chosen,
      long bodyLength) {
    framing = chosen;
    if (framing == Framing.UNTIL_CLOSE || framing == Framing.TUNNEL) {
      exchange.setPersistent(false);
    }
    headers.remove(TRANSFER_ENCODING);
    headers.remove(HeaderName.CONNECTION);
    headers.remove(CONTENT_LENGTH);
    if (framing != Framing.CHUNKED) {
      headers.remove(TRAILER);
    }
    if (framing != Framing.TUNNEL) {
      headers.remove(UPGRADE);
    }
    headers.sort();
    begin(exchange, head.status());
    headers.forEach(this);
    if (framing == Framing.TUNNEL) {
      accept("Connection", "Upgrade");
      put("\r\n");
      return length;
    }
    if (!headers.contains(DATE)) {
      accept(DATE.toString(), date(System.currentTimeMillis() / 1000));
    }
    if (bodyLength >= 0 && !isBodiless(head.status())) {
      accept(CONTENT_LENGTH.toString(), Long.toString(bodyLength));
    }
    persistence(exchange);
    if (framing == Framing.CHUNKED) {
      accept(TRANSFER_ENCODING.toString(), "chunked");
    }
    put("\r\n");
    return length;
  }

  private static Framing framing(HttpServerExchange exchange, long bodyLength, boolean none) {
    if (none) {
      return Framing.NONE;
    }
    if (bodyLength >= 0) {
      return Framing.LENGTH;
    }
    return exchange.isHttp11() ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
  }

  private void begin(HttpServerExchange exchange, int status) {
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[FIRST_SIZE];
    }
    length = 0;
    put(exchange.isHttp11() ? "HTTP/1.1 " : "HTTP/1.0 ");
    put(Integer.toString(status));
    put(" ");
    put(status == CLIENT_GONE ? "Client Closed Request" : StatusCodes.getReason(status));
    put("\r\n");
  }

  /** Says what is not the rule of the client's protocol. */
  private void persistence(HttpServerExchange exchange) {
    if (exchange.isHttp11()) {
      if (!exchange.isPersistent()) {
        accept("Connection", "close");
      }
    } else if (exchange.isPersistent()) {
      accept("Connection", "keep-alive");
    }
  }

  /** The moment as {@code Date} has it. */
  String date(long second) {
    if (second != dateSecond) {
      dateSecond = second;
      date = DATE_FORMAT.format(Instant.ofEpochSecond(second));
    }
    return date;
  }

  /** One line. */
  @Override
  public void accept(String name, String value) {
    put(name);
    put(": ");
    put(value);
    put("\r\n");
  }

  /** Names and values are checked where they are set. */
  private void put(String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length - length < latin.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + latin.length));
    }
    System.arraycopy(latin, 0, bytes, length, latin.length);
    length += latin.length;
  }
}
