/** What a source of configuration is, and what it delivers. Knows no cluster and no proxy. */
@NullMarked
package io.phalanx.providers;

import org.jspecify.annotations.NullMarked;
