package io.pithead.miner.hardware;

import io.pithead.protocol.node.Hardware;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.software.os.OSFileStore;

/**
 * The machine, read once.
 *
 * @param smi the tool that told of its GPUs
 */
public record Inventory(Hardware hardware, List<Hardware.Gpu> nvidia, NvidiaSmi smi) {
    private static final int MAX_DISKS = 64;
    private static final int MAX_TEXT = 200;
    private static final long MIB = 1024 * 1024;

    public static Inventory read(NvidiaSmi smi) {
        var system = new SystemInfo();
        var hardware = system.getHardware();
        CentralProcessor processor = hardware.getProcessor();
        List<Hardware.Gpu> nvidia = smi.gpus();
        var cpu = new Hardware.Cpu(
                text(processor.getProcessorIdentifier().getName()),
                processor.getPhysicalProcessorCount(),
                processor.getLogicalProcessorCount(),
                System.getProperty("os.arch"));
        List<Hardware.Disk> disks = system.getOperatingSystem().getFileSystem().getFileStores(true).stream()
                .filter(store -> store.getTotalSpace() > 0)
                .limit(MAX_DISKS)
                .map(Inventory::disk)
                .toList();
        long ramMb = hardware.getMemory().getTotal() / MIB;
        String os = text(system.getOperatingSystem().toString());
        String host = HostDigest.of(system).orElse(null);
        return new Inventory(new Hardware(cpu, ramMb, nvidia, disks, null, null, os, host), nvidia, smi);
    }

    /** With the engine, which is known later than the rest. */
    public Hardware hardware(Optional<Hardware.Docker> docker) {
        return new Hardware(
                hardware.cpu(),
                hardware.ramMb(),
                hardware.gpus(),
                hardware.disks(),
                docker.orElse(null),
                hardware.network(),
                hardware.os(),
                hardware.host());
    }

    public boolean gpuWorks() {
        return !nvidia.isEmpty();
    }

    public long ramMb() {
        Long ram = hardware.ramMb();
        return ram == null ? 0 : ram;
    }

    public int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Of the largest GPU: a job runs on one. */
    public OptionalLong vramMb() {
        return nvidia.stream()
                .map(Hardware.Gpu::vramMb)
                .flatMap(vram -> Optional.ofNullable(vram).stream())
                .mapToLong(Long::longValue)
                .max();
    }

    public Optional<String> cuda() {
        return nvidia.stream()
                .map(Hardware.Gpu::cuda)
                .flatMap(cuda -> Optional.ofNullable(cuda).stream())
                .findFirst();
    }

    private static Hardware.Disk disk(OSFileStore store) {
        return new Hardware.Disk(text(store.getMount()), store.getTotalSpace() / MIB, store.getUsableSpace() / MIB);
    }

    private static String text(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
        String cut = clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT) : clean;
        return cut.isEmpty() ? "unknown" : cut;
    }
}
