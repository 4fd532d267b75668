package io.pithead.coordinator.task.core;

import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Location;
import io.pithead.protocol.node.MinerCapabilities;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All of a node that placement looks at. What it does not state is zero or none: unknown never satisfies a demand. */
public record Machine(
        boolean containers,
        boolean renews,
        long cores,
        long ramMb,
        long diskMb,
        List<Hardware.Gpu> gpus,
        @Nullable Long maxRuntimeS,
        BigInteger ask,
        int slots,
        @Nullable Location location,
        @Nullable String p2pAddress) {
    public Machine {
        gpus = List.copyOf(gpus);
    }

    public static Machine of(MinerCapabilities capabilities) {
        Hardware hardware = capabilities.hardware();
        Hardware.Cpu cpu = hardware == null ? null : hardware.cpu();
        List<Hardware.Gpu> gpus = hardware == null || hardware.gpus() == null ? List.of() : hardware.gpus();
        return new Machine(
                capabilities.workloads().contains(JobOffer.CONTAINER),
                Boolean.TRUE.equals(capabilities.renews()),
                cpu == null ? 0 : Math.max(orZero(cpu.cores()), orZero(cpu.threads())),
                first(capabilities.limits().ramMb(), hardware == null ? null : hardware.ramMb()),
                first(capabilities.limits().diskMb(), hardware == null ? null : free(hardware)),
                gpus,
                capabilities.limits().maxRuntimeS(),
                capabilities.price() == null ? BigInteger.ZERO : Money.parse(capabilities.price()),
                capabilities.concurrency() == null ? 1 : capabilities.concurrency(),
                capabilities.location(),
                capabilities.p2pAddress());
    }

    /** By its hardware alone, for what asks for no more. */
    public static Machine of(Hardware hardware) {
        Hardware.Cpu cpu = hardware.cpu();
        return new Machine(
                false,
                false,
                cpu == null ? 0 : Math.max(orZero(cpu.cores()), orZero(cpu.threads())),
                first(null, hardware.ramMb()),
                first(null, free(hardware)),
                hardware.gpus() == null ? List.of() : hardware.gpus(),
                null,
                BigInteger.ZERO,
                1,
                null,
                null);
    }

    private static long orZero(@Nullable Integer figure) {
        return figure == null ? 0 : figure;
    }

    private static long first(@Nullable Long stated, @Nullable Long inventory) {
        return stated != null ? stated : inventory == null ? 0 : inventory;
    }

    private static @Nullable Long free(Hardware hardware) {
        return hardware.disks() == null
                ? null
                : hardware.disks().stream()
                        .mapToLong(disk -> disk.freeMb() == null ? 0 : disk.freeMb())
                        .max()
                        .orElse(0);
    }
}
