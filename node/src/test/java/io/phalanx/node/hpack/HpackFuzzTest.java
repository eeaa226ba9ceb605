package io.phalanx.node.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Blocks of fields mean to this decoder what they mean to Netty's, through all of a connection. */
class HpackFuzzTest {
  private static final String CUT = "a number is too large";

  private final FieldNames names = new FieldNames();

  private static List<String> netty(DefaultHttp2HeadersDecoder decoder, byte[] block)
      throws Http2Exception {
    var fields = new ArrayList<String>();
    decoder
        .decodeHeaders(1, Unpooled.wrappedBuffer(block))
        .forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
    return fields;
  }

  /** Netty gives them in another order. */
  private static void assertSame(List<String> ours, List<String> netty) {
    assertThat(ours).containsExactlyInAnyOrderElementsOf(netty);
  }

  private static List<String> ours(HpackDecoder decoder, byte[] block) throws HpackException {
    var fields = new ArrayList<String>();
    decoder.decode(
        block,
        0,
        block.length,
        (name, value, wellFormed) -> {
          assertThat(wellFormed).isEqualTo(isWellFormed(value));
          fields.add(name + ": " + value);
        });
    return fields;
  }

  private static boolean isWellFormed(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f))
        && !value.matches("(?s)[ \t].*|.*[ \t]");
  }

  @FuzzTest
  void blocks(FuzzedDataProvider data) {
    var decoder = new HpackDecoder(names, 4096);
    var other = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    while (data.remainingBytes() > 0) {
      byte[] block = data.consumeBytes(data.consumeInt(1, 200));
      List<String> fields;
      try {
        fields = ours(decoder, block);
      } catch (HpackException e) {
        assertOtherRefuses(other, block, String.valueOf(e.getMessage()));
        return;
      }
      try {
        assertSame(fields, netty(other, block));
      } catch (Http2Exception e) {
        throw new AssertionError("only Netty refuses " + fields, e);
      }
    }
  }

  /** Numbers are cut off sooner here: none that long is of use. */
  private static void assertOtherRefuses(
      DefaultHttp2HeadersDecoder other, byte[] block, String why) {
    List<String> fields;
    try {
      fields = netty(other, block);
    } catch (Http2Exception _) {
      return;
    }
    assertThat(why).as("Netty reads %s", fields).isEqualTo(CUT);
  }

  @FuzzTest
  void roundTrip(FuzzedDataProvider data) throws Exception {
    int size = data.consumeInt(0, 8192);
    var decoder = new HpackDecoder(names, size);
    var other = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    other.configuration().maxHeaderTableSize(Math.max(4096, size));
    var encoder = new HpackEncoder(names, 8192);
    while (data.remainingBytes() > 0) {
      if (data.consumeBoolean()) {
        encoder.limit(data.consumeInt(0, Math.max(4096, size)));
      }
      var sent = new ArrayList<String>();
      encoder.begin();
      for (int left = data.consumeInt(0, 12); left > 0; left--) {
        String name = data.consumeString(12).toLowerCase(Locale.ROOT);
        String value = latin1(data);
        try {
          encoder.field(encoder.name(name), value);
        } catch (IllegalArgumentException _) {
          assertThat(value).matches(text -> text.chars().anyMatch(c -> c <= '\r'));
          sent.clear();
          encoder.begin();
          continue;
        }
        sent.add(asSent(name) + ": " + value);
      }
      byte[] block = Arrays.copyOf(encoder.bytes(), encoder.end());
      assertThat(ours(decoder, block)).isEqualTo(sent);
      assertSame(sent, netty(other, block));
    }
  }

  private static String latin1(FuzzedDataProvider data) {
    return new String(data.consumeBytes(data.consumeInt(0, 150)), StandardCharsets.ISO_8859_1);
  }

  private static String asSent(String name) {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
  }
}
