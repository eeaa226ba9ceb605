package io.phalanx.node.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.stream.Collectors;

/** Lines as the journal takes them: each with its priority in front, those of stack traces, too. */
final class JournalLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  private final Encoder<ILoggingEvent> lines;

  /**
   * @param lines what is behind the priority
   */
  JournalLines(Encoder<ILoggingEvent> lines) {
    this.lines = lines;
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String priority = "<" + priority(event.getLevel()) + '>';
    return new String(lines.encode(event), UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> priority + line + '\n')
        .collect(Collectors.joining())
        .getBytes(UTF_8);
  }

  /** Of syslog(3). */
  private static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
