/**
 * What is kept of passwords, as htpasswd writes it, and how it is compared without holding up an
 * I/O thread. Knows no request.
 */
@NullMarked
package io.phalanx.node.password;

import org.jspecify.annotations.NullMarked;
