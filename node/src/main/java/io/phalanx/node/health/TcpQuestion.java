package io.phalanx.node.health;

import io.phalanx.node.tcp.TcpForwarder;

/** What a server of TCP is asked. */
public record TcpQuestion(TcpForwarder.Target target, TcpForwarder.Probe probe)
    implements Inquiry {}
