/** The demonstration: three nodes, two servers, one limit. */
@NullMarked
package io.phalanx.node.demo;

import org.jspecify.annotations.NullMarked;
