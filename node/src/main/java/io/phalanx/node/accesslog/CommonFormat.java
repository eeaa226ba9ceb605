package io.phalanx.node.accesslog;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.settings.LogSettings;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The common log format with Traefik's own fields behind it, or, {@code genericCLF}, without them.
 */
record CommonFormat(LogSettings.Fields fields, boolean generic) implements LineFormat {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The one that was written last. Two threads may write two at a time, and each is right. */
  private static volatile Second last = new Second(Long.MIN_VALUE, "");

  private static final HeaderName REFERER = HeaderName.of("Referer");
  private static final HeaderName USER_AGENT = HeaderName.of("User-Agent");

  @Override
  public String line(CompletedExchange exchange, long count) {
    var line = new StringBuilder(256);
    plain(line, LineFormat.client(exchange));
    line.append(" - ");
    plain(line, LineFormat.user(exchange).replace(' ', '?'));
    line.append(" [").append(time(exchange.startedAt())).append("] \"");
    escaped(line, exchange.request().method());
    line.append(' ');
    escaped(line, LineFormat.path(exchange, fields));
    line.append(' ');
    escaped(line, exchange.protocol());
    line.append("\" ")
        .append(exchange.response().status())
        .append(' ')
        .append(exchange.responseBytes())
        .append(' ');
    quoted(line, LineFormat.header(exchange, fields.headers(), REFERER).orElse("-"));
    line.append(' ');
    quoted(line, LineFormat.header(exchange, fields.headers(), USER_AGENT).orElse("-"));
    if (!generic) {
      line.append(' ').append(count).append(' ');
      quoted(line, orDash(exchange.trail().routers()));
      line.append(' ');
      quoted(line, orDash(exchange.trail().server()));
      line.append(' ').append(exchange.duration().toMillis()).append("ms");
    }
    return line.append('\n').toString();
  }

  /** A second as it is written. */
  private record Second(long epoch, String text) {}

  private static String time(Instant at) {
    Second known = last;
    if (known.epoch() != at.getEpochSecond()) {
      known = new Second(at.getEpochSecond(), TIME.format(at));
      last = known;
    }
    return known.text();
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /** A field without quotes: what would end it, or the line, is left out. */
  private static void plain(StringBuilder line, String text) {
    if (isHarmless(text)) {
      line.append(text);
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(c < ' ' || c == 0x7f ? '?' : c);
    }
  }

  /** A field in quotes, in which a client's quotes and control characters cannot end it. */
  private static void quoted(StringBuilder line, String text) {
    line.append('"');
    escaped(line, text);
    line.append('"');
  }

  private static boolean isHarmless(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static void escaped(StringBuilder line, String text) {
    if (isHarmless(text)) {
      line.append(text);
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        line.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 0xf, 16));
      } else {
        line.append(c);
      }
    }
  }
}
