@NullMarked
package io.phalanx.providers.file;

import org.jspecify.annotations.NullMarked;
