/** Reports: how each member stands, asked by whichever one an operator asks. */
@NullMarked
package io.phalanx.cluster.report;

import org.jspecify.annotations.NullMarked;
