package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.config.ContainerConfig;
import io.pithead.miner.container.Engine;
import io.pithead.miner.container.Labels;
import io.pithead.miner.container.core.OwnerPolicy;
import io.pithead.miner.hardware.GpuWatch;
import java.util.Map;

/**
 * What every container of this agent is run with.
 *
 * @param miner the label that says whose the containers are
 * @param address what a container is told that its node is called
 * @param room what the owner lets containers leave on the disk, and how long one may run
 */
record ContainerShop(
        Engine engine,
        OwnerPolicy owner,
        String miner,
        String address,
        ContainerConfig room,
        Gpus gpus,
        GpuWatch gpuWatch,
        PulledImages images,
        TaskFolders folders,
        Snapshots snapshots,
        HeldContainers held,
        BridgeFolders bridges,
        FileSpool files,
        FileSender sender,
        Shop shop) {

    static Map<String, String> labels(String miner, Attempt attempt) {
        return Map.of(
                Labels.MINER,
                miner,
                Labels.JOB,
                attempt.job().toString(),
                Labels.LEASE,
                Long.toString(attempt.lease()));
    }
}
