/** What curl, a client that others wrote, sees of a node. */
@NullMarked
package io.phalanx.it.curl;

import org.jspecify.annotations.NullMarked;
