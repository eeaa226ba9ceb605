package io.phalanx.node.middleware;

import io.phalanx.node.buffering.SpoolSpace;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.password.PasswordChecks;
import io.phalanx.node.sticky.SigningKeys;

/**
 * What a node has once for all middlewares that need it, whatever configuration they are of.
 *
 * @param passwords compares them
 * @param keys what nonces are signed with
 * @param forwarder sends requests that middlewares make themselves
 * @param transports how their servers are reached
 * @param coders what those that compress answers may take up together
 * @param spools where bodies are held whole
 * @param notices what was said already
 */
public record MiddlewareParts(
    PasswordChecks passwords,
    SigningKeys keys,
    Forwarder forwarder,
    TransportBuilder transports,
    MemoryBound coders,
    SpoolSpace spools,
    Notices notices) {}
