package io.phalanx.node.exchange;

/**
 * How a client's TLS connection came to be.
 *
 * @param version as {@code 1.3}
 * @param cipherSuite as {@code TLS_AES_128_GCM_SHA256}
 * @param serverName the name that the client asked for, in lower case; empty if it named none
 */
public record ClientTls(String version, String cipherSuite, String serverName) {}
