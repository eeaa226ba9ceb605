package io.phalanx.providers.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.template.Template;
import io.phalanx.providers.template.TemplateException;
import io.phalanx.providers.tree.ReadLimits;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file: its template, its syntax, its objects. */
final class ConfigFileReader {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigFileReader.class);

  private final Map<String, String> environment;
  private final boolean logRendered;
  private final Stamps stamps;

  ConfigFileReader(Map<String, String> environment, boolean logRendered, Stamps stamps) {
    this.environment = Map.copyOf(environment);
    this.logRendered = logRendered;
    this.stamps = stamps;
  }

  /**
   * @param before what was read last; returned again if nothing changed
   */
  Version read(Path path, Optional<Version> before) {
    if (stamps.isUnchanged(path) && before.filter(version -> !version.unreadable()).isPresent()) {
      return before.get();
    }
    String text;
    try {
      if (Files.size(path) > ReadLimits.MAX_CHARACTERS) {
        return same(
            before, broken(path, 0, "is larger than " + ReadLimits.MAX_CHARACTERS + " bytes"));
      }
      text = rendered(path, Files.readString(path, UTF_8));
    } catch (NoSuchFileException _) {
      return same(before, broken(path, 0, "there is no such file"));
    } catch (CharacterCodingException _) {
      return same(before, broken(path, 0, "is not UTF-8 text"));
    } catch (IOException e) {
      return same(before, broken(path, 0, "cannot be read: " + e.getMessage()));
    } catch (TemplateException e) {
      return same(before, broken(path, e.line(), e.reason()));
    }
    var secret = new Secret(text);
    if (before.isPresent() && !before.get().unreadable() && before.get().text().equals(secret)) {
      return before.get();
    }
    DynamicConfigReader.Result result = DynamicConfigReader.read(path.toString(), text);
    return same(
        before,
        new Version(
            secret,
            result.unreadable() ? Places.NONE : new Places(path.toString(), secret),
            result.decoded().value().orElse(DynamicConfig.EMPTY),
            result.decoded().problems(),
            result.unreadable()));
  }

  /** Others than these are not there any more. */
  void forgetAllBut(Set<Path> files) {
    stamps.forgetAllBut(files);
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

  private static Version broken(Path path, int line, String message) {
    return Version.unreadable(new Problem(path.toString(), line, "", message));
  }

  /** A file that is broken as it was before is the same version of it. */
  private static Version same(Optional<Version> before, Version now) {
    return before.filter(now::equals).orElse(now);
  }
}
