package io.phalanx.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import io.phalanx.node.settings.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Sets the log up as the static configuration wants it. */
public final class Logging {
  private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %msg%n";

  /** The journal has the time, and the level by the priority in front. */
  private static final String PATTERN_OF_JOURNAL = "%msg%n";

  /** They say a lot that only their own developers want to know. */
  private static final List<String> LIBRARIES =
      List.of("com.hazelcast", "io.undertow", "org.xnio", "org.jboss.threads");

  /** Whom a member that left between two questions is an error to, with a trace. */
  private static final String ASKS_WHO_LEFT =
      "com.hazelcast.internal.partition.PartitionServiceProxy";

  private Logging() {}

  /**
   * @throws IOException if the log's file cannot be written; the log stays as it was
   */
  public static void configure(LogSettings.Log settings) throws IOException {
    Optional<Path> file = settings.filePath().filter(path -> !path.isEmpty()).map(Path::of);
    if (file.isPresent()) {
      requireWritable(file.get().toAbsolutePath());
    }
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Level level = level(settings.level());
    boolean toJournal = file.isEmpty() && isConsoleJournal();
    write(
        context,
        level,
        appender(context, file, settings, encoder(context, settings.format(), toJournal)));
  }

  /** What holds until the settings are known: lines on the console, but for details. */
  static void begin(LoggerContext context) {
    OutputStreamAppender<ILoggingEvent> console = new ConsoleAppender<>();
    start(console, context, encoder(context, LogSettings.Format.COMMON, isConsoleJournal()));
    write(context, Level.INFO, console);
  }

  private static void write(
      LoggerContext context, Level level, OutputStreamAppender<ILoggingEvent> appender) {
    for (String library : LIBRARIES) {
      context.getLogger(library).setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    }
    if (level.isGreaterOrEqual(Level.INFO)) {
      context.getLogger(ASKS_WHO_LEFT).setLevel(Level.OFF);
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender);
  }

  /** Logback itself would only not log. */
  private static void requireWritable(Path file) throws IOException {
    try {
      Path directory = file.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw new IOException("the log " + file + " cannot be written: " + e, e);
    }
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

  private static boolean isConsoleJournal() {
    return Journal.isAt(System.getenv(), 1);
  }

  static Encoder<ILoggingEvent> encoder(
      LoggerContext context, LogSettings.Format format, boolean toJournal) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case COMMON -> {
            var pattern = new PatternLayoutEncoder();
            pattern.setPattern(toJournal ? PATTERN_OF_JOURNAL : PATTERN);
            yield pattern;
          }
          case JSON -> new JsonLines();
        };
    Encoder<ILoggingEvent> started = started(context, encoder);
    return toJournal ? started(context, new JournalLines(started)) : started;
  }

  private static Encoder<ILoggingEvent> started(
      LoggerContext context, Encoder<ILoggingEvent> encoder) {
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static OutputStreamAppender<ILoggingEvent> appender(
      LoggerContext context,
      Optional<Path> file,
      LogSettings.Log settings,
      Encoder<ILoggingEvent> encoder) {
    OutputStreamAppender<ILoggingEvent> appender =
        file.isPresent() ? rotating(context, file.get(), settings) : new ConsoleAppender<>();
    start(appender, context, encoder);
    return appender;
  }

  private static void start(
      OutputStreamAppender<ILoggingEvent> appender,
      LoggerContext context,
      Encoder<ILoggingEvent> encoder) {
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
  }

  private static RollingFileAppender<ILoggingEvent> rotating(
      LoggerContext context, Path file, LogSettings.Log settings) {
    var backups =
        new Backups(
            file,
            Duration.ofDays(settings.maxAge()),
            settings.maxBackups(),
            settings.compress(),
            InstantSource.system());
    var rotation = new Rotation<ILoggingEvent>(backups, settings.maxBytes());
    rotation.setContext(context);
    rotation.start();
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context); // First: else it tells the console that it has none.
    appender.setFile(file.toString());
    appender.setRollingPolicy(rotation);
    appender.setTriggeringPolicy(rotation);
    return appender;
  }
}
