/** The ports on an embedded Hazelcast cluster; the only package that knows Hazelcast. */
@NullMarked
package io.phalanx.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
