/** Certificates and keys as PEM text (RFC 7468). */
@NullMarked
package io.phalanx.providers.pem;

import org.jspecify.annotations.NullMarked;
