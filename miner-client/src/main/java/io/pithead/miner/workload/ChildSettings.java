package io.pithead.miner.workload;

import io.pithead.miner.config.TorchConfig;
import io.pithead.protocol.node.Mode;
import java.nio.file.Path;

/**
 * What every child process of this agent has in common.
 *
 * @param nice how far it stands back for other programs
 * @param threads how many a computation may use, so that the slots together fill the machine once
 * @param torch the owner's PyTorch libraries
 * @param cache for what workloads unpack once
 */
public record ChildSettings(int nice, int threads, Mode mode, TorchConfig torch, Path cache) {}
