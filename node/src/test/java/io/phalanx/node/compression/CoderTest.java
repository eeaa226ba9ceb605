package io.phalanx.node.compression;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoderTest {
  /** A decoder that is not ours. */
  private static InputStream decoder(Coding coding, byte[] coded) throws IOException {
    var in = new ByteArrayInputStream(coded);
    return switch (coding) {
      case GZIP -> new GZIPInputStream(in);
      case BROTLI -> {
        var decoder = new BrotliInputStream(in);
        decoder.enableEagerOutput();
        yield decoder;
      }
      case ZSTD -> new ZstdInputStreamNoFinalizer(in).setContinuous(true);
    };
  }

  private static void take(Coded coded, ByteArrayOutputStream into) {
    ByteBuffer unread = coded.unread();
    byte[] bytes = new byte[unread.remaining()];
    unread.get(bytes);
    into.writeBytes(bytes);
  }

  /** As much as can be read of a body that is not at its end. */
  private static byte[] start(Coding coding, byte[] coded, int length) throws IOException {
    byte[] bytes = new byte[length];
    try (InputStream in = decoder(coding, coded)) {
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) in.read();
      }
      return bytes;
    } catch (EOFException e) {
      throw new AssertionError("nothing more can be read", e);
    }
  }

  private static byte[] words(int size) {
    var random = new Random(7);
    var text = new StringBuilder();
    while (text.length() < size) {
      text.append("word").append(random.nextInt(1_000)).append(random.nextBoolean() ? '\n' : ' ');
    }
    return text.substring(0, size).getBytes(UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void isThere(Coding coding) {
    assertThat(coding.obstacle()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void othersReadWhatItMakes(Coding coding) throws IOException {
    byte[] body = words(1_000_000);
    var out = new ByteArrayOutputStream();
    var coded = new Coded();

    try (Coder coder = coding.newCoder()) {
      for (int at = 0; at < body.length; at += 9_999) {
        coder.code(ByteBuffer.wrap(body, at, Math.min(9_999, body.length - at)), coded);
        if (at % 5 == 0) {
          take(coded, out);
        }
      }
      coder.finish(coded);
    }
    take(coded, out);

    assertThat(out.size()).isLessThan(body.length / 2);
    try (InputStream in = decoder(coding, out.toByteArray())) {
      assertThat(in.readAllBytes()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasFlushedCanBeRead(Coding coding) throws IOException {
    var out = new ByteArrayOutputStream();
    var coded = new Coded();

    try (Coder coder = coding.newCoder()) {
      coder.code(ByteBuffer.wrap("data: first\n\n".getBytes(UTF_8)), coded);
      coder.flush(coded);
      take(coded, out);
      assertThat(start(coding, out.toByteArray(), 13)).asString(UTF_8).isEqualTo("data: first\n\n");
      coder.code(ByteBuffer.wrap("data: second\n\n".getBytes(UTF_8)), coded);
      coder.flush(coded);
      take(coded, out);
      assertThat(start(coding, out.toByteArray(), 27)).asString(UTF_8).endsWith("second\n\n");
      coder.finish(coded);
    }
    take(coded, out);
    try (InputStream in = decoder(coding, out.toByteArray())) {
      assertThat(in.readAllBytes()).hasSize(27);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeMadeSmallerPassesWhole(Coding coding) throws IOException {
    byte[] noise = new byte[300_000];
    new Random(7).nextBytes(noise);
    var out = new ByteArrayOutputStream();
    var coded = new Coded();

    try (Coder coder = coding.newCoder()) {
      coder.code(ByteBuffer.wrap(noise), coded);
      coder.flush(coded);
      coder.finish(coded);
    }
    take(coded, out);

    try (InputStream in = decoder(coding, out.toByteArray())) {
      assertThat(in.readAllBytes()).isEqualTo(noise);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsABodyToo(Coding coding) throws IOException {
    var out = new ByteArrayOutputStream();
    var coded = new Coded();

    try (Coder coder = coding.newCoder()) {
      coder.finish(coded);
    }
    take(coded, out);

    try (InputStream in = decoder(coding, out.toByteArray())) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }
}
