/** What is counted and measured, for Prometheus to fetch. */
@NullMarked
package io.phalanx.node.metrics;

import org.jspecify.annotations.NullMarked;
