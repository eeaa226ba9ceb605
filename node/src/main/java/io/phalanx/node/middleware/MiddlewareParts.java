package io.phalanx.node.middleware;

import io.phalanx.node.password.PasswordChecks;

/**
 * What a node has once for all middlewares that need it, whatever configuration they are of.
 *
 * @param passwords compares them
 */
public record MiddlewareParts(PasswordChecks passwords) {}
