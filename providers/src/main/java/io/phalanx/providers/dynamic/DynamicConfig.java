package io.phalanx.providers.dynamic;

/** The whole dynamic configuration of one provider. */
public record DynamicConfig() {}
