/** The way of a request from its entry point to its answer: router, middlewares, service. */
@NullMarked
package io.phalanx.node.pipeline;

import org.jspecify.annotations.NullMarked;
