package io.phalanx.node.health;

/** What one server is asked. Equal ones have equal answers. */
public sealed interface Inquiry permits Question, TcpQuestion {}
