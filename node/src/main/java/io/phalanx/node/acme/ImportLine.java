package io.phalanx.node.acme;

/**
 * What became of one thing in a file that was imported.
 *
 * @param subject the account, or the names of a certificate
 * @param reason why not, or what of it
 */
public record ImportLine(String resolver, String subject, boolean taken, String reason) {}
