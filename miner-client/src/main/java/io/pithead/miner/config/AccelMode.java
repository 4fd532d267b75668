package io.pithead.miner.config;

import io.pithead.protocol.node.Mode;

/** What the owner lets jobs compute on. As in the guide, {@code gpu} without a GPU means {@code cpu}. */
public enum AccelMode {
    AUTO,
    GPU,
    CPU;

    public Mode mode(boolean gpuWorks) {
        return this != CPU && gpuWorks ? Mode.GPU : Mode.CPU;
    }
}
