package io.phalanx.node.acme.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a provider is told, by names as lego has them, since Traefik's users have those: by the
 * resolver itself, else by the environment. {@code NAME_FILE} is a file that holds the value of
 * {@code NAME}, and is read each time.
 *
 * @param own the resolver's
 */
public record Variables(Map<String, Secret> own, Map<String, String> environment) {
  private static final String FILE = "_FILE";
  private static final int MAX_FILE = 1 << 16;

  /** What is shorter is in any text. */
  private static final int SHORTEST_SECRET = 4;

  private static final Pattern SECRET_NAME =
      Pattern.compile("KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|LOGIN|USER");

  /** Names in upper case. */
  public Variables {
    var names = new LinkedHashMap<String, Secret>();
    own.forEach((name, value) -> names.put(name.toUpperCase(Locale.ROOT), value));
    own = Map.copyOf(names);
    environment = Map.copyOf(environment);
  }

  /**
   * @param names the first one is the usual one, the others are taken for it
   * @throws IllegalArgumentException if a file cannot be read
   */
  Optional<String> optional(String... names) {
    return find(names, name -> Optional.ofNullable(own.get(name)).map(Secret::value))
        .or(() -> find(names, name -> Optional.ofNullable(environment.get(name))));
  }

  private static Optional<String> find(
      String[] names, Function<String, Optional<String>> variables) {
    for (String name : names) {
      Optional<String> value = variables.apply(name).map(String::strip);
      if (value.filter(text -> !text.isEmpty()).isPresent()) {
        return value;
      }
      Optional<String> file = variables.apply(name + FILE).filter(path -> !path.isBlank());
      if (file.isPresent()) {
        return Optional.of(read(name + FILE, file.get().strip()));
      }
    }
    return Optional.empty();
  }

  /**
   * @throws MissingVariableException if it is not there
   */
  String required(String provider, String... names) {
    return optional(names)
        .orElseThrow(() -> missing(provider, names[0] + " or " + names[0] + FILE));
  }

  /**
   * A credential that is sent in a header.
   *
   * @throws MissingVariableException if it is not there
   */
  String token(String provider, String... names) {
    return visible(names[0], required(provider, names));
  }

  Optional<String> optionalToken(String... names) {
    return optional(names).map(value -> visible(names[0], value));
  }

  private static String visible(String name, String value) {
    if (value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(name + " has characters that no credential has");
    }
    return value;
  }

  static MissingVariableException missing(String provider, String what) {
    return new MissingVariableException(
        "provider "
            + provider
            + " needs "
            + what
            + ", in the environment or in dnsChallenge.variables");
  }

  private static String read(String name, String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      byte[] bytes = in.readNBytes(MAX_FILE + 1);
      String text = new String(bytes, UTF_8).strip();
      if (bytes.length > MAX_FILE || text.isEmpty()) {
        throw new IllegalArgumentException(
            name + ": " + path + (text.isEmpty() ? " is empty" : " is too large"));
      }
      return text;
    } catch (IOException | InvalidPathException e) {
      throw new MissingVariableException(
          name + ": " + path + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** A whole number of seconds from 1 on. */
  Duration seconds(String name, Duration fallback, Duration most) {
    Optional<String> given = optional(name);
    if (given.isEmpty()) {
      return fallback;
    }
    try {
      long seconds = Long.parseLong(given.get());
      if (seconds >= 1 && seconds <= most.toSeconds()) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new IllegalArgumentException(
        name + " is a number of seconds from 1 to " + most.toSeconds());
  }

  boolean flag(String name, boolean fallback) {
    return optional(name)
        .map(
            text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                  case "true", "1" -> true;
                  case "false", "0" -> false;
                  default ->
                      throw new IllegalArgumentException(name + " is neither true nor false");
                })
        .orElse(fallback);
  }

  /** RAW, or nothing. */
  boolean isRaw(String name) {
    Optional<String> mode = optional(name);
    if (mode.isPresent() && !mode.get().equalsIgnoreCase("RAW")) {
      throw new IllegalArgumentException(name + " is RAW or is not there");
    }
    return mode.isPresent();
  }

  /**
   * Where an interface is. Without TLS it is on this machine, because credentials go there.
   *
   * @param names the first one that is there counts
   */
  URI url(String fallback, String... names) {
    Optional<String> given = optional(names);
    URI url = uri(given.orElse(fallback), names[0]);
    if (!url.getScheme().equals("https") && !isLoopback(url.getHost())) {
      throw new IllegalArgumentException(names[0] + " is an https URL, as credentials go there");
    }
    return url;
  }

  /** A URL of http or https without a slash at its end. */
  static URI uri(String text, String name) {
    try {
      URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      boolean isWeb = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (isWeb
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getQuery() == null
          && url.getFragment() == null) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new IllegalArgumentException(name + " is no URL of http or https");
  }

  private static boolean isLoopback(String host) {
    return List.of("localhost", "127.0.0.1", "[::1]").contains(host);
  }

  /**
   * What may not be repeated of what a program says: the resolver's own values, those of the
   * environment that are secrets by their names, and what is in their files; the longest first.
   */
  List<String> secrets() {
    var named = new LinkedHashMap<String, String>();
    environment.forEach(
        (name, value) -> {
          if (SECRET_NAME.matcher(name.toUpperCase(Locale.ROOT)).find()) {
            named.put(name, value);
          }
        });
    own.forEach((name, value) -> named.put(name, value.value()));
    return named.entrySet().stream()
        .flatMap(one -> Stream.concat(Stream.of(one.getValue()), ofFile(one).stream()))
        .map(String::strip)
        .filter(value -> value.length() >= SHORTEST_SECRET)
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }

  private static Optional<String> ofFile(Map.Entry<String, String> variable) {
    if (!variable.getKey().endsWith(FILE)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(variable.getKey(), variable.getValue().strip()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The names alone. */
  @Override
  public String toString() {
    return "Variables" + own.keySet();
  }
}
