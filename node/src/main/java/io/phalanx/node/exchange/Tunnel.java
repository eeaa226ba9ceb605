package io.phalanx.node.exchange;

/**
 * A client's connection, or its stream, after an upgrade: raw bytes both ways, each with its own
 * end. The exchange is over when both have ended.
 *
 * @param source what the client sends; its end is that of the client's half. The length is -1, and
 *     there are no trailers
 * @param sink what the client gets; to finish it ends that half only
 */
public record Tunnel(BodySource source, BodySink sink) {}
