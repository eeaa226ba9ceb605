@NullMarked
package io.phalanx.node.filter;

import org.jspecify.annotations.NullMarked;
