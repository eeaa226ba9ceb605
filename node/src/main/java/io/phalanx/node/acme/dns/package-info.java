/**
 * Records that answer an authority's challenges by DNS (RFC 8555, section 8.4), and the services
 * that keep them.
 */
@NullMarked
package io.phalanx.node.acme.dns;

import org.jspecify.annotations.NullMarked;
