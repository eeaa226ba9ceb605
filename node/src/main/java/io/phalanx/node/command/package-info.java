/** The command line but for run: what can be asked of files and of a running node. */
@NullMarked
package io.phalanx.node.command;

import org.jspecify.annotations.NullMarked;
