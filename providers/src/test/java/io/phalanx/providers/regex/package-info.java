@NullMarked
package io.phalanx.providers.regex;

import org.jspecify.annotations.NullMarked;
