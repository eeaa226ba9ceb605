/** Files with users and what is kept of their passwords. */
@NullMarked
package io.phalanx.providers.users;

import org.jspecify.annotations.NullMarked;
