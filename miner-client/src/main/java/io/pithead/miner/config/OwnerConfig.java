package io.pithead.miner.config;

import java.nio.file.Path;

/** What the owner's commands on the chain go by. */
public record OwnerConfig(Path workDir, ChainConfig chain, WalletConfig stake, WalletConfig node) {}
