@NullMarked
package io.phalanx.node.demo;

import org.jspecify.annotations.NullMarked;
