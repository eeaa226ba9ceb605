/** The PROXY protocol of HAProxy, by which a proxy in front tells who its client is. */
@NullMarked
package io.phalanx.node.proxyprotocol;

import org.jspecify.annotations.NullMarked;
