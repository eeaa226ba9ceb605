package io.phalanx.node.forwarding;

import java.time.Duration;

/**
 * How servers of TCP are reached (Traefik's {@code tcp.serversTransports}).
 *
 * @param options of which the times to a connection count, TLS, and PROXY protocol
 * @param keepAlive how long a connection is silent before the system asks the server whether it is
 *     there; below 0: never
 * @param termination how long the other half of a connection may be silent when one has ended;
 *     below 0: for ever
 */
public record TcpOptions(TransportOptions options, Duration keepAlive, Duration termination) {}
