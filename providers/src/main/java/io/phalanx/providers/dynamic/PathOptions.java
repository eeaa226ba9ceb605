package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Default;
import java.util.List;
import java.util.Optional;

/** Options of the middlewares that change or judge the path, or send the client elsewhere. */
public final class PathOptions {
  private PathOptions() {}

  public record AddPrefix(@Default("") String prefix) {
    public AddPrefix {
      if (prefix.isEmpty()) {
        throw new IllegalArgumentException("prefix must not be empty");
      }
    }
  }

  /**
   * @param forceSlash deprecated, without effect
   */
  public record StripPrefix(List<String> prefixes, boolean forceSlash) {}

  public record StripPrefixRegex(List<String> regex) {}

  public record ReplacePath(@Default("") String path) {}

  public record ReplacePathRegex(@Default("") String regex, @Default("") String replacement) {}

  public record RedirectRegex(
      @Default("") String regex, @Default("") String replacement, boolean permanent) {}

  public record RedirectScheme(
      @Default("") String scheme, Optional<String> port, boolean permanent) {
    public RedirectScheme {
      if (scheme.isEmpty()) {
        throw new IllegalArgumentException("scheme must not be empty");
      }
    }
  }

  public record EncodedCharacters(
      boolean allowEncodedSlash,
      boolean allowEncodedBackSlash,
      boolean allowEncodedNullCharacter,
      boolean allowEncodedSemicolon,
      boolean allowEncodedPercent,
      boolean allowEncodedQuestionMark,
      boolean allowEncodedHash) {}
}
