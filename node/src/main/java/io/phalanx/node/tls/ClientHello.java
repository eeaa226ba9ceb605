package io.phalanx.node.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client asks for in its first message, before a certificate can be chosen (RFC 8446,
 * section 4.1.2; RFC 6066, section 3). Only what is needed for the choice is looked at: the TLS
 * engine reads the message again, and strictly.
 */
public sealed interface ClientHello {
  /** The first byte of a TLS connection: a record with a handshake message. */
  byte HANDSHAKE_RECORD = 22;

  int MAX_RECORD = 16 << 10;
  int CLIENT_HELLO = 1;
  int SERVER_NAME = 0;
  int PROTOCOLS = 16;

  /** Of a host's name, with dots (RFC 1035, section 2.3.4). */
  int MAX_NAME = 255;

  /** The protocol of an authority that looks for its challenge (RFC 8737). */
  String VALIDATION_PROTOCOL = "acme-tls/1";

  /**
   * @param serverName in lower case, without a final dot; empty if the client names none
   * @param protocols that the client speaks, its first choice first (RFC 7301)
   */
  record Complete(String serverName, List<String> protocols) implements ClientHello {
    public Complete {
      protocols = List.copyOf(protocols);
    }

    /** Whether it speaks {@link #VALIDATION_PROTOCOL} and nothing else. */
    public boolean validates() {
      return protocols.equals(List.of(VALIDATION_PROTOCOL));
    }
  }

  /** More bytes are needed. */
  record Incomplete() implements ClientHello {}

  record Malformed(String reason) implements ClientHello {}

  /** Reads what came so far; the buffer stays as it is. */
  static ClientHello read(ByteBuffer bytes) {
    ByteBuffer records = bytes.duplicate();
    ByteBuffer message = ByteBuffer.allocate(records.remaining());
    while (true) {
      if (message.position() >= 4) {
        ByteBuffer sofar = message.duplicate().flip();
        if (sofar.get(0) != CLIENT_HELLO) {
          return new Malformed("the first message is no ClientHello");
        }
        int length = sofar.getInt(0) & 0xff_ffff;
        if (length > MAX_RECORD) {
          return new Malformed("a ClientHello of " + length + " bytes");
        }
        if (sofar.remaining() >= 4 + length) {
          return hello(sofar.slice(4, length));
        }
      }
      if (records.remaining() < 5) {
        return new Incomplete();
      }
      int at = records.position();
      int length = records.getShort(at + 3) & 0xffff;
      if (records.get(at) != HANDSHAKE_RECORD
          || records.get(at + 1) != 3
          || length == 0
          || length > MAX_RECORD) {
        return new Malformed("not a record with a ClientHello");
      }
      int there = Math.min(length, records.remaining() - 5);
      message.put(records.slice(at + 5, there));
      records.position(at + 5 + there);
      if (there < length && !isWhole(message)) {
        return new Incomplete();
      }
    }
  }

  private static boolean isWhole(ByteBuffer message) {
    return message.position() >= 4 && message.position() >= 4 + (message.getInt(0) & 0xff_ffff);
  }

  private static ClientHello hello(ByteBuffer hello) {
    try {
      skip(hello, 2 + 32);
      skip(hello, hello.get() & 0xff);
      skip(hello, hello.getShort() & 0xffff);
      skip(hello, hello.get() & 0xff);
      return hello.hasRemaining()
          ? extensions(part(hello, hello.getShort() & 0xffff))
          : new Complete("", List.of());
    } catch (BufferUnderflowException | IllegalArgumentException _) {
      return new Malformed("a ClientHello that contradicts itself");
    }
  }

  /** Of two of a kind the first counts. */
  private static ClientHello extensions(ByteBuffer extensions) {
    Optional<String> serverName = Optional.empty();
    Optional<List<String>> protocols = Optional.empty();
    while (extensions.hasRemaining()) {
      int type = extensions.getShort() & 0xffff;
      ByteBuffer data = part(extensions, extensions.getShort() & 0xffff);
      if (type == SERVER_NAME && serverName.isEmpty()) {
        serverName = serverName(data);
        if (serverName.isEmpty()) {
          return new Malformed("a server name that no host has");
        }
      } else if (type == PROTOCOLS && protocols.isEmpty()) {
        protocols = Optional.of(protocols(data));
      }
    }
    return new Complete(serverName.orElse(""), protocols.orElse(List.of()));
  }

  private static List<String> protocols(ByteBuffer data) {
    ByteBuffer list = part(data, data.getShort() & 0xffff);
    var protocols = new ArrayList<String>();
    while (list.hasRemaining()) {
      protocols.add(ISO_8859_1.decode(part(list, list.get() & 0xff)).toString());
    }
    return protocols;
  }

  /** Empty if it is none that a host can have. */
  private static Optional<String> serverName(ByteBuffer data) {
    ByteBuffer list = part(data, data.getShort() & 0xffff);
    while (list.hasRemaining()) {
      int type = list.get();
      ByteBuffer name = part(list, list.getShort() & 0xffff);
      if (type == 0) {
        return named(name);
      }
    }
    return Optional.of("");
  }

  private static Optional<String> named(ByteBuffer name) {
    if (name.limit() > MAX_NAME) {
      return Optional.empty();
    }
    for (int i = 0; i < name.limit(); i++) {
      byte c = name.get(i);
      if (c <= ' ' || c == 0x7f) {
        return Optional.empty();
      }
    }
    String text = US_ASCII.decode(name).toString().toLowerCase(Locale.ROOT);
    return Optional.of(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
  }

  private static void skip(ByteBuffer buffer, int bytes) {
    buffer.position(buffer.position() + bytes);
  }

  private static ByteBuffer part(ByteBuffer buffer, int length) {
    if (length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = buffer.slice(buffer.position(), length);
    skip(buffer, length);
    return part;
  }
}
