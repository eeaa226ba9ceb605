/**
 * What is needed to answer one request by more than one try, or to send it to more than one place:
 * tries whose answers may be discarded, bodies that can be read again, copies that nobody waits
 * for. Knows no server, no socket and no protocol.
 */
@NullMarked
package io.phalanx.node.attempt;

import org.jspecify.annotations.NullMarked;
