package io.phalanx.node.compression;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How a body may be coded (RFC 9110, section 8.4.1). */
public enum Coding {
  GZIP("gzip", 300 << 10),
  BROTLI("br", 2 << 20),
  ZSTD("zstd", 1 << 20);

  /** What came of trying each out; no text if it can be had. */
  private static final ConcurrentHashMap<Coding, String> OBSTACLES = new ConcurrentHashMap<>();

  private final String text;
  private final long memory;

  /**
   * @param memory what one coder takes up, in bytes, as measured
   */
  Coding(String text, long memory) {
    this.text = text;
    this.memory = memory;
  }

  /** The one that is called so. */
  public static Optional<Coding> of(String name) {
    return Arrays.stream(values()).filter(coding -> coding.text.equals(name)).findFirst();
  }

  /** As heads have it. */
  public String text() {
    return text;
  }

  long memory() {
    return memory;
  }

  Coder newCoder() {
    return switch (this) {
      case GZIP -> new GzipCoder();
      case BROTLI -> new BrotliCoder();
      case ZSTD -> new ZstdCoder();
    };
  }

  /**
   * Why it cannot be had on this machine; empty if it can. Tried out once; may read files, so that
   * I/O threads must not ask first.
   */
  public Optional<String> obstacle() {
    return Optional.of(OBSTACLES.computeIfAbsent(this, Coding::tryOut))
        .filter(reason -> !reason.isEmpty());
  }

  private static String tryOut(Coding coding) {
    try (Coder coder = coding.newCoder()) {
      coder.code(ByteBuffer.wrap(new byte[1]), new Coded());
      return "";
    } catch (RuntimeException | LinkageError e) {
      return e.toString();
    }
  }
}
