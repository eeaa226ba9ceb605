package io.phalanx.providers.dynamic;

/**
 * One middleware: a type out of {@link MiddlewareTypes} and its options.
 *
 * @param type as it is spelt in the configuration
 */
public record Middleware(String type, Record options) {}
