/** Documents: named contents that the whole fleet keeps on its disks. */
@NullMarked
package io.phalanx.cluster.document;

import org.jspecify.annotations.NullMarked;
