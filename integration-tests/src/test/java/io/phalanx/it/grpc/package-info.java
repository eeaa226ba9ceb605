/** gRPC through a node, by grpc-java's own interop programs. */
@NullMarked
package io.phalanx.it.grpc;

import org.jspecify.annotations.NullMarked;
