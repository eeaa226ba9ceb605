@NullMarked
package io.phalanx.providers;

import org.jspecify.annotations.NullMarked;
