package io.phalanx.node.activation;

import io.phalanx.node.attempt.Copies;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.sticky.SigningKeys;

/**
 * What services are made with.
 *
 * @param transports makes what services name by {@code serversTransport}
 * @param standard the transport of services that name none
 * @param copies those that mirroring makes
 * @param bodies what bodies that are kept may take up together
 * @param keys what sticky cookies are signed with
 * @param sessions those that the fleet remembers
 * @param health what is known of the health of servers
 * @param tcp what services of TCP are made with, beside these
 * @param offset a number of this node's own, so that nodes do not all begin with the same server
 */
public record ServiceParts(
    Forwarder forwarder,
    TransportBuilder transports,
    Forwarder.Transport standard,
    Copies copies,
    MemoryBound bodies,
    SigningKeys keys,
    SessionMemory sessions,
    HealthChecks health,
    TcpParts tcp,
    int offset) {}
