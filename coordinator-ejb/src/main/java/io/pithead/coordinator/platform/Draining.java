package io.pithead.coordinator.platform;

/** This server is about to stop: an event for everything that lets callers wait. */
public record Draining() {}
