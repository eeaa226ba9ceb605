package io.phalanx.node.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HpackTest {
  private final FieldNames names = new FieldNames();

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static List<String> decode(HpackDecoder decoder, byte[] block) throws HpackException {
    var fields = new ArrayList<String>();
    decoder.decode(
        block,
        0,
        block.length,
        (name, value, wellFormed) -> fields.add(name + ": " + value + (wellFormed ? "" : " !")));
    return fields;
  }

  private List<String> decode(String block) throws HpackException {
    return decode(new HpackDecoder(names, 4096), hex(block));
  }

  /** RFC 7541, C.3 and C.4: three requests on one connection, without and with Huffman code. */
  @Test
  void readsTheRequestsOfTheRfc() throws HpackException {
    var plain = new HpackDecoder(names, 4096);
    var coded = new HpackDecoder(names, 4096);
    String[][] blocks = {
      {"828684410f7777772e6578616d706c652e636f6d", "828684418cf1e3c2e5f23a6ba0ab90f4ff"},
      {"828684be58086e6f2d6361636865", "828684be5886a8eb10649cbf"},
      {
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"
      },
    };
    List<List<String>> wanted =
        List.of(
            List.of(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"),
            List.of(
                ":method: GET",
                ":scheme: http",
                ":path: /",
                ":authority: www.example.com",
                "cache-control: no-cache"),
            List.of(
                ":method: GET",
                ":scheme: https",
                ":path: /index.html",
                ":authority: www.example.com",
                "custom-key: custom-value"));

    for (int i = 0; i < blocks.length; i++) {
      assertThat(decode(plain, hex(blocks[i][0]))).isEqualTo(wanted.get(i));
      assertThat(decode(coded, hex(blocks[i][1]))).isEqualTo(wanted.get(i));
    }
  }

  /** RFC 7541, C.6: answers with a table of 256 bytes, in which entries are evicted. */
  @Test
  void evictsAsTheAnswersOfTheRfcWantIt() throws HpackException {
    var decoder = new HpackDecoder(names, 4096);
    decode(decoder, hex("3fe101")); // 256 bytes

    assertThat(
            decode(
                decoder,
                hex(
                    "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                        + "6e919d29ad171863c78f0b97c8e9ae82ae43d3")))
        .containsExactly(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(decode(decoder, hex("4883640effc1c0bf")))
        .containsExactly(
            ":status: 307",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(
            decode(
                decoder,
                hex(
                    "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821d"
                        + "d7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b106"
                        + "3d5007")))
        .containsExactly(
            ":status: 200",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
            "location: https://www.example.com",
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          80,                            the index 0
          be,                            beyond the table
          ff808080808001,                number too large
          7f,                            number cut short
          40,                            name missing
          4001,                          name longer than the block
          400161,                        value missing
          00016102,                      value longer than the block
          8220,                          size behind a field
          3fe21f,                        size beyond what is allowed
          000161 84ffffffff,             the end of a string spelt out
          000161 81 1e,                  padding that is not ones
          000161 82 1fff,                a byte of padding
          """)
  void refusesBlocksThatAreNone(String block, String why) {
    assertThatThrownBy(() -> decode(block)).as(why).isInstanceOf(HpackException.class);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          00016101 62, a: b
          00016102 2062, a:  b !
          00016102 6209, a: b\t !
          00016103 620962, a: b\tb
          00016103 620062, a: b\0b !
          00016101 7f, a: \u007f !
          00016102 c3a9, a: \u00c3\u00a9
          """,
      ignoreLeadingAndTrailingWhitespace = false)
  void tellsWhichValuesMayNotBe(String block, String field) throws HpackException {
    assertThat(decode(block)).containsExactly(field.substring(1));
  }

  @Test
  void tellsThatALineBreakMayNotBe() throws HpackException {
    assertThat(decode("00016103620a62")).containsExactly("a: b\nb !");
  }

  @Test
  void wantsTheTableReducedOnceItIsKnownToBeSmaller() throws HpackException {
    var decoder = new HpackDecoder(names, 100);
    decode(decoder, hex("400161016240016301 64"));

    decoder.limit(100);

    assertThatThrownBy(() -> decode(decoder, hex("be"))).isInstanceOf(HpackException.class);
  }

  @Test
  void readsWhatTheEncoderWrites() throws HpackException {
    var random = new Random(7);
    for (int size : new int[] {0, 64, 200, 4096, 65_536}) {
      var decoder = new HpackDecoder(names, size);
      var encoder = new HpackEncoder(names, size);
      encoder.limit(65_536);
      for (int block = 0; block < 400; block++) {
        if (random.nextInt(20) == 0) {
          encoder.limit(random.nextInt(2) == 0 ? random.nextInt(300) : 65_536);
        }
        var wanted = new ArrayList<String>();
        encoder.begin();
        if (random.nextInt(10) == 0) {
          encoder.field(encoder.name("x-given-up"), "x".repeat(random.nextInt(40)));
          encoder.begin();
        }
        int status = 200 + random.nextInt(8);
        encoder.status(status);
        wanted.add(":status: " + status);
        for (int i = random.nextInt(12); i > 0; i--) {
          String name = "name-" + random.nextInt(15);
          String value = "value".repeat(random.nextInt(4)) + random.nextInt(3);
          encoder.field(encoder.name(name), value);
          wanted.add(name + ": " + value);
        }
        int length = encoder.end();
        byte[] bytes = java.util.Arrays.copyOf(encoder.bytes(), length);
        assertThat(decode(decoder, bytes)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void sendsWhatRepeatsAsOneByte() {
    var encoder = new HpackEncoder(names, 4096);
    int first = block(encoder);

    assertThat(block(encoder)).isEqualTo(7).isLessThan(first);
  }

  private static int block(HpackEncoder encoder) {
    encoder.begin();
    encoder.field(encoder.name(":method"), "GET");
    encoder.field(encoder.name(":scheme"), "https");
    encoder.field(encoder.name(":path"), "/");
    encoder.field(encoder.name(":authority"), "shop.test");
    encoder.field(encoder.name("User-Agent"), "curl/8");
    encoder.field(encoder.name("Accept"), "*/*");
    encoder.field(encoder.name("Accept-Encoding"), "gzip");
    return encoder.end();
  }

  @Test
  void putsNoSecretIntoTheTable() {
    var encoder = new HpackEncoder(names, 4096);
    for (int i = 0; i < 2; i++) {
      encoder.begin();
      encoder.field(encoder.name("Authorization"), "Bearer x");
      int length = encoder.end();

      assertThat(new String(encoder.bytes(), 0, length, StandardCharsets.ISO_8859_1))
          .startsWith("\u001f\u0008")
          .endsWith("Bearer x");
    }
  }

  @ParameterizedTest
  @CsvSource({"a\\rb", "a\\nb", "a\\0b", "\u010a", "\u010d", "\u0100"})
  void sendsNothingThatBreaksAMessageApart(String value) {
    var encoder = new HpackEncoder(names, 4096);
    String real = value.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    encoder.begin();

    assertThatThrownBy(() -> encoder.field(encoder.name("x"), real))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
