package io.pithead.miner.config;

/** The coordinator, and the key of the owner's account there. */
public record AccountConfig(CoordinatorConfig coordinator, Secret apiKey) {}
