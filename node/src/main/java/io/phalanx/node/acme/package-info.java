/** Certificates of authorities that speak ACME (RFC 8555), which the whole fleet owns. */
@NullMarked
package io.phalanx.node.acme;

import org.jspecify.annotations.NullMarked;
