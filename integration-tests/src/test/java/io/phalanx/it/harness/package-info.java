/** Real processes to test: nodes, and a server behind them. */
@NullMarked
package io.phalanx.it.harness;

import org.jspecify.annotations.NullMarked;
