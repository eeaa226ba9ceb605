package io.phalanx.node.mediatype;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.mediatype.Signatures.Signature;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Guesses what a body is by its first bytes, as Go's {@code http.DetectContentType} does. */
public final class ContentSniffer {
  /** How many bytes are looked at. */
  public static final int MOST = 512;

  private static final String XML = "<?xml";
  private static final int SHORTEST_MP4 = 12;

  private ContentSniffer() {}

  /** The media type, with its character set where that is told; there always is one. */
  public static String type(ByteBuffer start) {
    byte[] data = new byte[Math.min(MOST, start.remaining())];
    start.get(start.position(), data);
    int text = 0;
    while (text < data.length && isBlank(data[text])) {
      text++;
    }
    for (String tag : Signatures.TAGS) {
      if (Signatures.isTag(data, text, data.length, tag)) {
        return "text/html; charset=utf-8";
      }
    }
    if (new String(data, text, data.length - text, ISO_8859_1).startsWith(XML)) {
      return "text/xml; charset=utf-8";
    }
    return found(Signatures.FILES, data)
        .or(() -> isMp4(data) ? Optional.of("video/mp4") : Optional.empty())
        .or(() -> found(Signatures.FURTHER_FILES, data))
        .orElse(isText(data) ? "text/plain; charset=utf-8" : "application/octet-stream");
  }

  private static Optional<String> found(Iterable<Signature> signatures, byte[] data) {
    for (Signature signature : signatures) {
      if (signature.begins(data, 0, data.length)) {
        return Optional.of(signature.type());
      }
    }
    return Optional.empty();
  }

  private static boolean isBlank(byte b) {
    return b == '\t' || b == '\n' || b == '\f' || b == '\r' || b == ' ';
  }

  private static boolean isText(byte[] data) {
    for (byte b : data) {
      boolean binary =
          (b >= 0 && b <= 0x08) || b == 0x0b || (b >= 0x0e && b <= 0x1a) || (b >= 0x1c && b < 0x20);
      if (binary) {
        return false;
      }
    }
    return true;
  }

  /** One of the brands in the first box begins with {@code mp4}. */
  private static boolean isMp4(byte[] data) {
    if (data.length < SHORTEST_MP4) {
      return false;
    }
    int size = ByteBuffer.wrap(data).getInt();
    String text = new String(data, ISO_8859_1);
    if (size < 0 || size > data.length || size % 4 != 0 || !text.startsWith("ftyp", 4)) {
      return false;
    }
    for (int at = 8; at < size; at += 4) {
      if (at != 12 && text.startsWith("mp4", at)) {
        return true;
      }
    }
    return false;
  }
}
