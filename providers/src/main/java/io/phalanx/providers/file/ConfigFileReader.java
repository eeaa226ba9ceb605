package io.phalanx.providers.file;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.template.Template;
import io.phalanx.providers.template.TemplateException;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.ReadLimits;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file: its template, its syntax, its objects. */
final class ConfigFileReader {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigFileReader.class);

  private final Map<String, String> environment;
  private final boolean logRendered;

  ConfigFileReader(Map<String, String> environment, boolean logRendered) {
    this.environment = Map.copyOf(environment);
    this.logRendered = logRendered;
  }

  ConfigFile read(Path path, Optional<ConfigFile> before) {
    String text;
    try {
      if (Files.size(path) > ReadLimits.MAX_CHARACTERS) {
        return broken(path, before, "", "is larger than " + ReadLimits.MAX_CHARACTERS + " bytes");
      }
      text = Files.readString(path);
    } catch (NoSuchFileException _) {
      return broken(path, before, "", "there is no such file");
    } catch (CharacterCodingException _) {
      return broken(path, before, "", "is not UTF-8 text");
    } catch (IOException e) {
      return broken(path, before, "", "cannot be read: " + e.getMessage());
    }
    if (before.isPresent() && before.get().isOf(text) && !Template.hasActions(text)) {
      return before.get();
    }
    try {
      return decoded(path, before, text, rendered(path, text));
    } catch (TemplateException e) {
      return kept(
          before,
          text,
          List.of(new Problem(path.toString(), e.line(), "", e.reason())),
          DynamicConfig.EMPTY,
          true);
    }
  }

  /** Files are templates, as in Traefik; only those that hold an action are changed by that. */
  private String rendered(Path path, String text) throws TemplateException {
    if (!Template.hasActions(text)) {
      return text;
    }
    String rendered = Template.parse(text).render(Map.of(), environment);
    if (logRendered) {
      LOG.debug("{} rendered:\n{}", path, rendered);
    }
    return rendered;
  }

  private static ConfigFile decoded(
      Path path, Optional<ConfigFile> before, String text, String rendered) {
    DynamicConfigReader.Result result = DynamicConfigReader.read(path.toString(), rendered);
    Decoded<DynamicConfig> decoded = result.decoded();
    if (decoded.problems().isEmpty()) {
      return new ConfigFile(
          text, decoded.value().orElse(DynamicConfig.EMPTY), List.of(), true, false);
    }
    return kept(
        before,
        text,
        decoded.problems(),
        decoded.value().orElse(DynamicConfig.EMPTY),
        result.unreadable());
  }

  private static ConfigFile broken(
      Path path, Optional<ConfigFile> before, String text, String message) {
    return kept(
        before,
        text,
        List.of(new Problem(path.toString(), 0, "", message)),
        DynamicConfig.EMPTY,
        true);
  }

  /**
   * While running the last good version stays; before there was one, whatever is without mistakes
   * counts.
   */
  private static ConfigFile kept(
      Optional<ConfigFile> before,
      String text,
      List<Problem> problems,
      DynamicConfig withoutMistakes,
      boolean unreadable) {
    return before
        .filter(ConfigFile::wasGood)
        .map(good -> new ConfigFile(text, good.config(), problems, true, unreadable))
        .orElse(new ConfigFile(text, withoutMistakes, problems, false, unreadable));
  }
}
