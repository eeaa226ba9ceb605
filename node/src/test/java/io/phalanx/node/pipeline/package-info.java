@NullMarked
package io.phalanx.node.pipeline;

import org.jspecify.annotations.NullMarked;
