package io.phalanx.node.forwarding;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What a server is told about the client whose connections a pool has, in front of all that they
 * carry.
 *
 * @param client by whose turn a connection is made
 * @param header of the PROXY protocol, to be duplicated
 * @param line of all clients for whom connections to that server are made
 */
record Announcement(InetAddress client, ByteBuffer header, ConnectLine line) {}
