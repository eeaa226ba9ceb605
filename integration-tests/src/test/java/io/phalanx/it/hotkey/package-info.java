/** One key that all members decide on: what a decision costs, and while its owner is stopped. */
@NullMarked
package io.phalanx.it.hotkey;

import org.jspecify.annotations.NullMarked;
