/** One key that all members decide on: what a decision costs, and while its owner is stopped. */
@org.jspecify.annotations.NullMarked
package io.phalanx.it.hotkey;
