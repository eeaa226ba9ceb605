package io.phalanx.node.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.phalanx.node.settings.LogSettings.Format;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalLinesTest {
  private final LoggerContext context = new LoggerContext();

  private List<String> lines(
      Format format, Level level, String message, @Nullable Throwable failure) {
    Logger logger = context.getLogger("test");
    var event = new LoggingEvent("here", logger, level, message, failure, null);
    return new String(Logging.encoder(context, format, true).encode(event), UTF_8).lines().toList();
  }

  @Test
  void theLevelIsAPriorityInFrontAndThereIsNoTime() {
    assertThat(lines(Format.COMMON, Level.ERROR, "broken", null)).containsExactly("<3>broken");
    assertThat(lines(Format.COMMON, Level.WARN, "odd", null)).containsExactly("<4>odd");
    assertThat(lines(Format.COMMON, Level.INFO, "so", null)).containsExactly("<6>so");
    assertThat(lines(Format.COMMON, Level.DEBUG, "more", null)).containsExactly("<7>more");
    assertThat(lines(Format.COMMON, Level.TRACE, "most", null)).containsExactly("<7>most");
  }

  @Test
  void eachLineHasItsPriorityWhateverStandsInIt() {
    assertThat(lines(Format.COMMON, Level.INFO, "one\n\n<0>two\r\nthree", null))
        .containsExactly("<6>one", "<6><0>two", "<6>three");
  }

  @Test
  void linesOfStackTracesHaveIt() {
    List<String> lines =
        lines(
            Format.COMMON,
            Level.ERROR,
            "it failed",
            new IllegalStateException("outer", new IllegalArgumentException("inner")));

    assertThat(lines).hasSizeGreaterThan(3).allMatch(line -> line.startsWith("<3>"));
    assertThat(lines.get(0)).isEqualTo("<3>it failed");
    assertThat(lines.get(1)).isEqualTo("<3>java.lang.IllegalStateException: outer");
    assertThat(lines).contains("<3>Caused by: java.lang.IllegalArgumentException: inner");
  }

  @Test
  void jsonStaysWhatItIsBehindThePriority() {
    assertThat(lines(Format.JSON, Level.WARN, "a\nb", null))
        .singleElement()
        .asString()
        .startsWith("<4>{\"level\":\"warn\",\"time\":\"")
        .endsWith("\"message\":\"a\\nb\"}");
  }

  @Test
  void aStreamThatIsNotThisProcessesIsNoJournal() {
    for (String stream : List.of("", "1:1", "nonsense", "8:", ":")) {
      assertThat(Journal.isAt(Map.of("JOURNAL_STREAM", stream), 1)).as(stream).isFalse();
    }
    assertThat(Journal.isAt(Map.of(), 1)).isFalse();
    assertThat(Journal.isAt(Map.of("JOURNAL_STREAM", "1:1"), 999)).isFalse();
  }
}
