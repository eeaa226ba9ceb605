/** Configuration text of any format as one tree with places, and trees as records. */
@NullMarked
package io.phalanx.providers.tree;

import org.jspecify.annotations.NullMarked;
