@NullMarked
package io.phalanx.providers.dynamic;

import org.jspecify.annotations.NullMarked;
