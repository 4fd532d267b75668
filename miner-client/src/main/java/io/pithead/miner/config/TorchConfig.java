package io.pithead.miner.config;

import java.nio.file.Path;
import java.util.Optional;

/** PyTorch libraries that the owner installed, and which build they are; empty means the built-in ones. */
public record TorchConfig(Optional<Path> natives, String flavor) {}
