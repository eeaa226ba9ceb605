package io.phalanx.providers.tree;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A block that may stand without options: {@code {}} or {@code true} turns it on with defaults,
 * {@code false} leaves it off. Any other scalar is a mistake (to Traefik it is {@code false}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface AllowEmpty {}
