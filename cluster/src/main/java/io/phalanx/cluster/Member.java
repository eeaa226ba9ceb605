package io.phalanx.cluster;

/**
 * One node of the fleet.
 *
 * @param id unique, new at every start and when a split of the fleet heals
 * @param name what operators call it: its advertised member address, or "local" without a fleet
 */
public record Member(String id, String name) {}
