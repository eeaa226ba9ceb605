package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Middleware;

/**
 * How a middleware is named, configured and built.
 *
 * @param name as it is spelt in the configuration
 */
public record MiddlewareType<C extends Record>(String name, Class<C> options, Builder<C> builder) {
  /** Makes the middleware of its options. */
  @FunctionalInterface
  public interface Builder<C extends Record> {
    /**
     * @throws IllegalArgumentException if the options are none to work with; the message is for
     *     their author
     */
    Middleware build(C options, MiddlewareContext context);
  }

  /** Builds from options whose type was checked by the decoder. */
  public Middleware build(Record given, MiddlewareContext context) {
    return builder.build(options.cast(given), context);
  }
}
