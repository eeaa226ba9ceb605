/** Digest access authentication (RFC 7616): what clients send, and what they are given for it. */
@NullMarked
package io.phalanx.node.digest;

import org.jspecify.annotations.NullMarked;
