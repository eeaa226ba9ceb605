package io.phalanx.providers;

/**
 * How a provider is named, configured and built.
 *
 * @param key its key under {@code providers} in the static configuration
 * @param name what its objects are qualified with ({@code name@file}), in lower case
 */
public record ProviderType<C extends Record>(
    String key, String name, Class<C> options, Builder<C> builder) {
  /** Makes the provider of its options. */
  @FunctionalInterface
  public interface Builder<C extends Record> {
    /**
     * Starts nothing: this is also how options are checked.
     *
     * @throws IllegalArgumentException if the options are none to work with, or name files that are
     *     not there; the message is for their author
     */
    Provider build(C options, Checker checker);
  }

  /** Builds from options whose type was checked by the decoder. */
  public Provider build(Record given, Checker checker) {
    return builder.build(options.cast(given), checker);
  }
}
