@NullMarked
package io.phalanx.it.consul;

import org.jspecify.annotations.NullMarked;
