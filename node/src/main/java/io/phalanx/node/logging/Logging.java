package io.phalanx.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.phalanx.node.settings.LogSettings;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Sets the log up as the static configuration wants it. */
public final class Logging {
  private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %msg%n";

  /** They say a lot that only their own developers want to know. */
  private static final List<String> LIBRARIES =
      List.of("com.hazelcast", "io.undertow", "org.xnio", "org.jboss.threads");

  private Logging() {}

  public static void configure(LogSettings.Log settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Level level = level(settings.level());
    for (String library : LIBRARIES) {
      context.getLogger(library).setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender(context, settings.filePath(), encoder(context, settings.format())));
  }

  /** FATAL and PANIC are Traefik's; nothing here is worse than an error. */
  private static Level level(LogSettings.Level level) {
    return switch (level) {
      case TRACE -> Level.TRACE;
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR, FATAL, PANIC -> Level.ERROR;
    };
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogSettings.Format format) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case COMMON -> {
            var pattern = new PatternLayoutEncoder();
            pattern.setPattern(PATTERN);
            yield pattern;
          }
          case JSON -> new JsonLines();
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static OutputStreamAppender<ILoggingEvent> appender(
      LoggerContext context, Optional<String> file, Encoder<ILoggingEvent> encoder) {
    OutputStreamAppender<ILoggingEvent> appender =
        file.<OutputStreamAppender<ILoggingEvent>>map(
                path -> {
                  var toFile = new FileAppender<ILoggingEvent>();
                  toFile.setFile(path);
                  return toFile;
                })
            .orElseGet(ConsoleAppender::new);
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
