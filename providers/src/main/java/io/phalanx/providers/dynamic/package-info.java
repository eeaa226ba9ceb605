/** The records of the dynamic configuration: routers, services, middlewares. */
@NullMarked
package io.phalanx.providers.dynamic;

import org.jspecify.annotations.NullMarked;
