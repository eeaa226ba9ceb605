/**
 * Answers whose heads and bodies are changed on their way to the client. Knows no server, no socket
 * and no protocol.
 */
@NullMarked
package io.phalanx.node.filter;

import org.jspecify.annotations.NullMarked;
