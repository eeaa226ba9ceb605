package io.phalanx.providers;

import java.util.function.Function;

/**
 * How a provider is named, configured and built.
 *
 * @param key its key under {@code providers} in the static configuration
 * @param name what its objects are qualified with ({@code name@file}), in lower case
 */
public record ProviderType<C extends Record>(
    String key, String name, Class<C> options, Function<C, Provider> build) {}
