package io.phalanx.node.settings;

import java.net.URI;
import java.util.List;
import java.util.Map;

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
    try {
      URI url = URI.create(text);
      if (List.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null) {
        return;
      }
    } catch (IllegalArgumentException _) {
      // Told below.
    }
    throw new IllegalArgumentException('"' + text + "\" is not an http or https URL");
  }
}
