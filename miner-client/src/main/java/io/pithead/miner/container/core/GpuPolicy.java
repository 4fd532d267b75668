package io.pithead.miner.container.core;

import io.pithead.miner.container.core.Hardening.Refusal;
import io.pithead.protocol.task.Resources;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the machine's GPUs a container gets.
 *
 * @param gpus those that containers may have here
 * @param sharing whether one may be in several containers
 */
public record GpuPolicy(List<Gpu> gpus, boolean sharing) {
    private static final String CODE = "NO_GPU";

    /** @param uuid as the driver names it; its index may be another after the next start of the machine */
    public record Gpu(int index, String uuid, long vramMb) {}

    public GpuPolicy {
        gpus = List.copyOf(gpus);
    }

    /** The same GPUs as far as the owner lets containers have them, by index or UUID. */
    public static GpuPolicy of(List<Gpu> all, Optional<Set<String>> allowed, boolean sharing) {
        return new GpuPolicy(
                all.stream()
                        .filter(gpu -> allowed.map(names ->
                                        names.contains(gpu.uuid()) || names.contains(Integer.toString(gpu.index())))
                                .orElse(true))
                        .toList(),
                sharing);
    }

    /** So much memory can only be had on one. */
    static int wanted(Resources asked) {
        int gpus = asked.gpus() == null ? 0 : asked.gpus();
        return gpus == 0 && asked.vramMb() != null && asked.vramMb() > 0 ? 1 : gpus;
    }

    /**
     * The least that is enough: small GPUs before large ones, and where they are shared, those that fewer have.
     *
     * @param taken UUIDs that containers have, as often as they have them
     * @return UUIDs
     */
    public List<String> choose(Resources asked, Collection<String> taken) throws Refusal {
        int wanted = wanted(asked);
        if (wanted == 0) {
            return List.of();
        }
        long vramMb = asked.vramMb() == null ? 0 : asked.vramMb();
        List<Gpu> large = gpus.stream().filter(gpu -> gpu.vramMb() >= vramMb).toList();
        if (large.size() < wanted) {
            throw new Refusal(Problem.passing(
                    CODE,
                    "this node gives containers " + large.size() + " GPUs with " + vramMb + " MiB, not " + wanted));
        }
        List<String> chosen = large.stream()
                .filter(gpu -> sharing || !taken.contains(gpu.uuid()))
                .sorted(Comparator.<Gpu>comparingLong(gpu -> count(taken, gpu))
                        .thenComparingLong(Gpu::vramMb)
                        .thenComparingInt(Gpu::index))
                .limit(wanted)
                .map(Gpu::uuid)
                .toList();
        if (chosen.size() < wanted) {
            throw new Refusal(Problem.passing(CODE, "other containers have this node's GPUs"));
        }
        return chosen;
    }

    private static long count(Collection<String> taken, Gpu gpu) {
        return taken.stream().filter(gpu.uuid()::equals).count();
    }
}
