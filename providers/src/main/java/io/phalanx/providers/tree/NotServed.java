package io.phalanx.providers.tree;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keys of a block that Traefik knows and this release does not serve: each is refused by its name,
 * and not as a spelling mistake.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface NotServed {
  String[] value();
}
