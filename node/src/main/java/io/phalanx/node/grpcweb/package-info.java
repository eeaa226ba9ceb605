/**
 * gRPC-Web, in which browsers speak to servers of gRPC: what becomes of heads and bodies on their
 * way. Knows no server, no socket and no configuration.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md">gRPC Web</a>
 */
@NullMarked
package io.phalanx.node.grpcweb;

import org.jspecify.annotations.NullMarked;
