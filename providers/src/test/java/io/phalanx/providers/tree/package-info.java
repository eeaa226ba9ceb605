@NullMarked
package io.phalanx.providers.tree;

import org.jspecify.annotations.NullMarked;
