package io.phalanx.node;

import io.phalanx.providers.ProviderType;
import io.phalanx.providers.consulcatalog.ConsulCatalogProvider;
import io.phalanx.providers.file.FileProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The providers that are served. */
final class BuiltInProviders {
  static final List<ProviderType<?>> ALL = List.of(FileProvider.TYPE, ConsulCatalogProvider.TYPE);

  private BuiltInProviders() {}

  /** Their options by key, for reading the settings. */
  static Map<String, Class<? extends Record>> catalogue() {
    var catalogue = new HashMap<String, Class<? extends Record>>();
    ALL.forEach(type -> catalogue.put(type.key(), type.options()));
    return catalogue;
  }
}
