@NullMarked
package io.phalanx.node.compression;

import org.jspecify.annotations.NullMarked;
