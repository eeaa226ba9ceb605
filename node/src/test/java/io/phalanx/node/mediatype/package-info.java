@NullMarked
package io.phalanx.node.mediatype;

import org.jspecify.annotations.NullMarked;
