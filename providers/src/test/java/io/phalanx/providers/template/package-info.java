@NullMarked
package io.phalanx.providers.template;

import org.jspecify.annotations.NullMarked;
