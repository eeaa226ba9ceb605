/** The composition root: where a node is put together, and its command line. Nothing imports it. */
@NullMarked
package io.phalanx.node;

import org.jspecify.annotations.NullMarked;
