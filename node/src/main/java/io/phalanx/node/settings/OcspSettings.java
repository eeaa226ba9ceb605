package io.phalanx.node.settings;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * That certificates are shown with what their responders say of them (OCSP stapling), as in
 * Traefik.
 *
 * @param responderOverrides URLs that are asked, by those that certificates name
 */
public record OcspSettings(Map<String, String> responderOverrides) {
  public OcspSettings {
    responderOverrides = Map.copyOf(responderOverrides);
    new Each()
        .of(
            "responderOverrides",
            responderOverrides.keySet().stream().sorted().toList(),
            OcspSettings::requireUrl)
        .of(
            "responderOverrides",
            responderOverrides.values().stream().sorted().toList(),
            OcspSettings::requireUrl)
        .require();
  }

  private static void requireUrl(String text) {
    Optional<URI> url = url(text);
    if (url.filter(one -> one.getRawUserInfo() != null).isPresent()) {
      throw new IllegalArgumentException("a URL is to be without user and password");
    }
    if (url.isEmpty()) {
      throw new IllegalArgumentException('"' + text + "\" is not an http or https URL");
    }
  }

  private static Optional<URI> url(String text) {
    try {
      return Optional.of(URI.create(text))
          .filter(url -> List.of("http", "https").contains(String.valueOf(url.getScheme())))
          .filter(url -> url.getHost() != null);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
