@NullMarked
package io.phalanx.node.grpcweb;

import org.jspecify.annotations.NullMarked;
