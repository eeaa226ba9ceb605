/** One line for each request that was answered, or that its client gave up. */
@NullMarked
package io.phalanx.node.accesslog;

import org.jspecify.annotations.NullMarked;
