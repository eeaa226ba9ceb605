package io.phalanx.node.activation;

import io.phalanx.cluster.slot.Slots;
import io.phalanx.node.tcp.TcpForwarder;
import io.phalanx.providers.dynamic.TcpServersTransport;
import java.util.function.BooleanSupplier;

/**
 * What TCP routers and services are made with.
 *
 * @param transports makes what services name by {@code serversTransport}
 * @param standard the transport of services that name none
 * @param fleet where connections are counted for all members together
 * @param node where they are counted for this node alone
 * @param majority whether most members of the fleet are here
 */
public record TcpParts(
    TcpForwarder forwarder,
    TransportBuilder transports,
    TcpServersTransport standard,
    Slots fleet,
    Slots node,
    BooleanSupplier majority) {
  /** Makes a transport of its options. */
  @FunctionalInterface
  public interface TransportBuilder {
    /**
     * @throws IllegalArgumentException if it cannot be used; the message names the option and,
     *     where there is one, the file
     */
    TcpForwarder.Transport build(TcpServersTransport options);
  }
}
