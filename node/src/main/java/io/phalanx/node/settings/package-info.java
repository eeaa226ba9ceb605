/** The static configuration: its records, where it comes from, and what is wrong with it. */
@NullMarked
package io.phalanx.node.settings;

import org.jspecify.annotations.NullMarked;
