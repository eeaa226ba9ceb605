package io.phalanx.node.mediatype;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of Go's own tests of DetectContentType, and some of its edges. */
class ContentSnifferTest {
  private static String type(String bytes) {
    return ContentSniffer.type(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "This is a test|text/plain; charset=utf-8",
        "<HtMl><bOdY>blah|text/html; charset=utf-8",
        "   <!DOCTYPE HTML>...|text/html; charset=utf-8",
        "\n<?xml!|text/xml; charset=utf-8",
        "<!doctype html|text/plain; charset=utf-8",
        "<html|text/plain; charset=utf-8",
        "<htmlx>|text/plain; charset=utf-8",
        "<p class=x>|text/html; charset=utf-8",
        "%PDF-1.7|application/pdf",
        " %PDF-1.7|text/plain; charset=utf-8",
        "GIF87a|image/gif",
        "GIF89a...|image/gif",
        "ID3|audio/mpeg",
        "BM|image/bmp",
        "RIFFabcdWAVE|audio/wave",
        "RIFFabcdWEBPVP8 |image/webp",
        "FORMabcdAIFF|audio/aiff",
        "wOF2|font/woff2",
        "{\"a\": 1}|text/plain; charset=utf-8"
      })
  void guessesAsGoDoes(String bytes, String type) {
    assertThat(type(bytes)).isEqualTo(type);
  }

  @Test
  void guessesWhatIsNoText() {
    assertThat(type("")).isEqualTo("text/plain; charset=utf-8");
    assertThat(type("\1\2\3")).isEqualTo("application/octet-stream");
    assertThat(type("a\u001bb")).isEqualTo("text/plain; charset=utf-8");
    assertThat(type("\u0089PNG\r\n\u001a\n")).isEqualTo("image/png");
    assertThat(type("\u00ff\u00d8\u00ff")).isEqualTo("image/jpeg");
    assertThat(type("\u00fe\u00ff\0t")).isEqualTo("text/plain; charset=utf-16be");
    assertThat(type("\0\0\0\30ftypmp42\0\0\0\0mp42isom")).isEqualTo("video/mp4");
    assertThat(type("\0\0\0\30ftypqt__\0\0\0\0mp42isom")).isEqualTo("video/mp4");
    assertThat(type("\0\0\0\30ftypqt__mp42isomisom")).isEqualTo("application/octet-stream");
    assertThat(type("\0\0\0\100ftypmp42\0\0\0\0")).isEqualTo("application/octet-stream");
    assertThat(type("\u001f\u008b\u0008")).isEqualTo("application/x-gzip");
    assertThat(type("MThd\0\0\0\6")).isEqualTo("audio/midi");
    assertThat(type("\0asm")).isEqualTo("application/wasm");
    assertThat(type("\0".repeat(34) + "LP")).isEqualTo("application/vnd.ms-fontobject");
  }

  @Test
  void looksAtTheFirst512BytesOnly() {
    assertThat(type("a".repeat(512) + "\1")).isEqualTo("text/plain; charset=utf-8");
    assertThat(type("a".repeat(511) + "\1")).isEqualTo("application/octet-stream");
  }
}
