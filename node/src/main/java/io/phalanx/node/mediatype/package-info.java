/** What bodies are: their media types as heads have them, and as their first bytes tell. */
@NullMarked
package io.phalanx.node.mediatype;

import org.jspecify.annotations.NullMarked;
