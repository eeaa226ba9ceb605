/** Which certificate a client is shown and what it is offered, by the name it asks for. */
@NullMarked
package io.phalanx.node.tls;

import org.jspecify.annotations.NullMarked;
