/** Services that are registered in Consul, configured by their tags. */
@NullMarked
package io.phalanx.providers.consulcatalog;

import org.jspecify.annotations.NullMarked;
