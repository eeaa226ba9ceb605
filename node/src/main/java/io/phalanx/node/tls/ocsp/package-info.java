/** OCSP stapling: asks responders in the background whether served certificates are good. */
@NullMarked
package io.phalanx.node.tls.ocsp;

import org.jspecify.annotations.NullMarked;
