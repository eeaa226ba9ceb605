/** What tells systemd how a node stands, beside a socket of its kind. */
@NullMarked
package io.phalanx.node.systemd;

import org.jspecify.annotations.NullMarked;
