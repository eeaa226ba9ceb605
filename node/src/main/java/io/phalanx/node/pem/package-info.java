/** Certificates and private keys as users have them: PEM (RFC 7468), in a file or in its place. */
@NullMarked
package io.phalanx.node.pem;

import org.jspecify.annotations.NullMarked;
