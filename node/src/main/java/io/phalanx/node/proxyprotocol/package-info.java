/** The PROXY protocol of HAProxy, by which a proxy tells those behind it who its client is. */
@NullMarked
package io.phalanx.node.proxyprotocol;

import org.jspecify.annotations.NullMarked;
