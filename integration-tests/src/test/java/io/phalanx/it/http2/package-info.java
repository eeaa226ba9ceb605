/** HTTP/2 as others see it. */
@NullMarked
package io.phalanx.it.http2;

import org.jspecify.annotations.NullMarked;
