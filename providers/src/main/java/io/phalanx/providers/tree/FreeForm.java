package io.phalanx.providers.tree;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A block whose keys only someone else knows: a record with one component, a {@link Tree.Mapping},
 * which is the block as it was written, without places.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface FreeForm {}
