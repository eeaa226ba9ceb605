@NullMarked
package io.phalanx.providers.consulcatalog;

import org.jspecify.annotations.NullMarked;
