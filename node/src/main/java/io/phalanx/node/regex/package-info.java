/** Regular expressions of users. */
@NullMarked
package io.phalanx.node.regex;

import org.jspecify.annotations.NullMarked;
