package io.phalanx.node.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object a line, with Traefik's names. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, String> line = new LinkedHashMap<>();
    line.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    line.put("time", event.getInstant().toString());
    line.put("message", event.getFormattedMessage());
    if (event.getThrowableProxy() != null) {
      line.put(
          "error",
          event.getThrowableProxy().getClassName() + ": " + event.getThrowableProxy().getMessage());
    }
    return (JSON.writeValueAsString(line) + '\n').getBytes(UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
