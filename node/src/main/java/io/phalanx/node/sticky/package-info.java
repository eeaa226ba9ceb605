/** Requests of one session that go where its first one went. */
@NullMarked
package io.phalanx.node.sticky;

import org.jspecify.annotations.NullMarked;
