package io.phalanx.node.acme;

/**
 * What an authority is to find.
 *
 * @param name host or address that it asks for
 * @param token names the challenge
 * @param authorization what proves that the account is meant (RFC 8555, section 8.1)
 */
record ChallengeAnswer(ChallengeKind kind, String name, String token, String authorization) {}
