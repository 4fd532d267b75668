package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.node.Hardware;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a node says that it is, as one line: nodes of which it is the same should take as long for the same work. */
public final class HardwareClass {
    static final int MAX_LENGTH = 200;
    private static final int MAX_NAME = 80;
    private static final double MB_PER_GIB = 1_024;

    private HardwareClass() {}

    /** Empty where the node does not say what processor it has. */
    public static Optional<String> of(ClaimedNode node) {
        Hardware hardware = node.hardware();
        Hardware.Cpu cpu = hardware == null ? null : hardware.cpu();
        if (hardware == null || cpu == null || plain(cpu.model()).isEmpty()) {
            return Optional.empty();
        }
        String line = node.mode() + ", " + plain(cpu.model()) + " " + plain(cpu.arch()) + ", cores "
                + (cpu.cores() == null ? "?" : cpu.cores()) + ", GiB " + gib(hardware.ramMb()) + gpus(hardware.gpus());
        return Optional.of(line.substring(0, Math.min(MAX_LENGTH, line.length())));
    }

    /** To the next power of two: what the system keeps for itself differs a little between equal machines. */
    private static String gib(@Nullable Long ramMb) {
        return ramMb == null || ramMb < MB_PER_GIB
                ? "?"
                : Long.toString(1L << Math.round(Math.log(ramMb / MB_PER_GIB) / Math.log(2)));
    }

    private static String gpus(@Nullable List<Hardware.Gpu> gpus) {
        return gpus == null
                ? ""
                : gpus.stream().map(gpu -> ", " + plain(gpu.name())).sorted().collect(Collectors.joining());
    }

    private static String plain(@Nullable String text) {
        String clean =
                text == null ? "" : text.replaceAll("[^\\x21-\\x7e]+", " ").strip();
        return clean.substring(0, Math.min(MAX_NAME, clean.length()));
    }
}
