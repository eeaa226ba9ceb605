package io.phalanx.node.mediatype;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/** What types of files begin with, as Go's net/http has it (MIME sniffing, section 7.1). */
final class Signatures {
  /** A byte that may be any. */
  private static final char ANY = '\uffff';

  private static final String FOUR = "" + ANY + ANY + ANY + ANY;

  /**
   * @param bytes one character each
   */
  record Signature(String bytes, String type) {
    boolean begins(byte[] data, int from, int length) {
      if (length - from < bytes.length()) {
        return false;
      }
      for (int i = 0; i < bytes.length(); i++) {
        char wanted = bytes.charAt(i);
        if (wanted != ANY && wanted != (data[from + i] & 0xff)) {
          return false;
        }
      }
      return true;
    }
  }

  /** In capitals; what follows is a blank or the end of the tag. */
  static final List<String> TAGS =
      List.of(
          "<!DOCTYPE HTML",
          "<HTML",
          "<HEAD",
          "<SCRIPT",
          "<IFRAME",
          "<H1",
          "<DIV",
          "<FONT",
          "<TABLE",
          "<A",
          "<STYLE",
          "<TITLE",
          "<B",
          "<BODY",
          "<BR",
          "<P",
          "<!--");

  /** In the order in which they are tried. */
  static final List<Signature> FILES =
      List.of(
          of("%PDF-", "application/pdf"),
          of("%!PS-Adobe-", "application/postscript"),
          of("\u00fe\u00ff" + ANY + ANY, "text/plain; charset=utf-16be"),
          of("\u00ff\u00fe" + ANY + ANY, "text/plain; charset=utf-16le"),
          of("\u00ef\u00bb\u00bf" + ANY, "text/plain; charset=utf-8"),
          of("\0\0\1\0", "image/x-icon"),
          of("\0\0\2\0", "image/x-icon"),
          of("BM", "image/bmp"),
          of("GIF87a", "image/gif"),
          of("GIF89a", "image/gif"),
          of("RIFF" + FOUR + "WEBPVP", "image/webp"),
          of("\u0089PNG\r\n\u001a\n", "image/png"),
          of("\u00ff\u00d8\u00ff", "image/jpeg"),
          of("FORM" + FOUR + "AIFF", "audio/aiff"),
          of("ID3", "audio/mpeg"),
          of("OggS\0", "application/ogg"),
          of("MThd\0\0\0\6", "audio/midi"),
          of("RIFF" + FOUR + "AVI ", "video/avi"),
          of("RIFF" + FOUR + "WAVE", "audio/wave"));

  /** Those behind {@code video/mp4}. */
  static final List<Signature> FURTHER_FILES =
      List.of(
          of("\u001aE\u00df\u00a3", "video/webm"),
          of(String.valueOf(ANY).repeat(34) + "LP", "application/vnd.ms-fontobject"),
          of("\0\1\0\0", "font/ttf"),
          of("OTTO", "font/otf"),
          of("ttcf", "font/collection"),
          of("wOFF", "font/woff"),
          of("wOF2", "font/woff2"),
          of("\u001f\u008b\u0008", "application/x-gzip"),
          of("PK\3\4", "application/zip"),
          of("Rar!\u001a\7\0", "application/x-rar-compressed"),
          of("Rar!\u001a\7\1\0", "application/x-rar-compressed"),
          of("\0asm", "application/wasm"));

  private Signatures() {}

  private static Signature of(String bytes, String type) {
    return new Signature(bytes, type);
  }

  /** Whether data begins with a tag of HTML. */
  static boolean isTag(byte[] data, int from, int length, String tag) {
    int end = from + tag.length();
    return end < length
        && new String(data, from, tag.length(), ISO_8859_1).equalsIgnoreCase(tag)
        && (data[end] == ' ' || data[end] == '>');
  }
}
