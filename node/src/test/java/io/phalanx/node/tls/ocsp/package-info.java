@NullMarked
package io.phalanx.node.tls.ocsp;

import org.jspecify.annotations.NullMarked;
