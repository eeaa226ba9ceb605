/** What one request costs a node, beside HAProxy and others that do the same work. */
@NullMarked
package io.phalanx.it.benchmark;

import org.jspecify.annotations.NullMarked;
