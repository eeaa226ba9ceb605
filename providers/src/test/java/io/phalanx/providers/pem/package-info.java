@NullMarked
package io.phalanx.providers.pem;

import org.jspecify.annotations.NullMarked;
