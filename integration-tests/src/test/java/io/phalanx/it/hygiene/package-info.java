/** What a stranger may not send. */
@NullMarked
package io.phalanx.it.hygiene;

import org.jspecify.annotations.NullMarked;
