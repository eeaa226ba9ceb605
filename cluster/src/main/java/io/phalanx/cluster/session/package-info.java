/** Where clients' sessions are, for the whole fleet. */
@NullMarked
package io.phalanx.cluster.session;

import org.jspecify.annotations.NullMarked;
