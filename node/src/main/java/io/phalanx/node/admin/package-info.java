/** How commands speak to a running node: a Unix socket in its data directory. */
@NullMarked
package io.phalanx.node.admin;

import org.jspecify.annotations.NullMarked;
