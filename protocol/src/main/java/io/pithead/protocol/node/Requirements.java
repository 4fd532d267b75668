package io.pithead.protocol.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A requirement string of the Prime protocol, such as {@code gpu:count=8;gpu:model=H100;ram_mb=65536}: members separated by
 * semicolons. {@code gpu:count} is exact, and each one after the first begins an alternative; {@code gpu:model} lists names
 * separated by commas, compared without case, spaces, dashes and underscores; everything else is a least or greatest
 * figure. A figure that a node does not state satisfies nothing.
 */
public record Requirements(List<GpuNeed> gpus, long minCores, long minRamMb, long minStorageGb) {
    public static final Requirements NONE = new Requirements(List.of(), 0, 0, 0);
    private static final int MAX_PARTS = 64;
    private static final long MAX_FIGURE = 1L << 40;
    private static final int MB_PER_GB = 1_000;
    /** Shorter names are parts of too many others. */
    private static final int MIN_MODEL = 2;

    /** What a machine can lack. */
    public enum Lack {
        NOT_ENOUGH_CORES,
        NOT_ENOUGH_RAM,
        NOT_ENOUGH_STORAGE,
        /** Too few, too many, or not those. */
        OTHER_GPUS
    }

    /** One alternative. Absent figures do not matter. */
    public record GpuNeed(
            @Nullable Long count,
            List<String> models,
            @Nullable Long minMemoryMb,
            @Nullable Long maxMemoryMb,
            @Nullable Long minTotalMb,
            @Nullable Long maxTotalMb) {
        public GpuNeed {
            models = List.copyOf(models);
        }
    }

    public Requirements {
        gpus = List.copyOf(gpus);
    }

    /** @throws IllegalArgumentException that names the part and what is wrong with it */
    public static Requirements parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length > MAX_PARTS) {
            throw new IllegalArgumentException("has more than " + MAX_PARTS + " parts");
        }
        var gpus = new ArrayList<Map<String, String>>();
        var rest = new TreeMap<String, String>();
        for (String part : parts) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + part.strip() + "' is not of the form key=value");
            }
            String key = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = part.substring(equals + 1).strip();
            if (key.startsWith("gpu:")) {
                gpu(gpus, key.substring("gpu:".length()), value);
            } else if (rest.put(key, value) != null) {
                throw new IllegalArgumentException("'" + key + "' is given twice");
            }
        }
        long cores = figure(rest, "cpu:cores");
        long ram = figure(rest, "ram_mb");
        long storage = figure(rest, "storage_gb");
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("'" + rest.firstKey() + "' is not a known key");
        }
        return new Requirements(gpus.stream().map(Requirements::need).toList(), cores, ram, storage);
    }

    private static void gpu(List<Map<String, String>> gpus, String key, String value) {
        boolean next = gpus.isEmpty() || (key.equals("count") && gpus.getLast().containsKey("count"));
        if (next) {
            gpus.add(new TreeMap<>());
        }
        if (gpus.getLast().put(key, value) != null) {
            throw new IllegalArgumentException("'gpu:" + key + "' is given twice for one alternative");
        }
    }

    private static GpuNeed need(Map<String, String> members) {
        var left = new TreeMap<>(members);
        Long count = optional(left, "count");
        List<String> models = models(left.remove("model"));
        Long exact = optional(left, "memory_mb");
        Long min = optional(left, "memory_mb_min");
        Long max = optional(left, "memory_mb_max");
        if (exact != null && min != null) {
            throw new IllegalArgumentException("give gpu:memory_mb or gpu:memory_mb_min, not both");
        }
        Long least = exact == null ? min : exact;
        Long minTotal = optional(left, "total_memory_min");
        Long maxTotal = optional(left, "total_memory_max");
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("'gpu:" + left.firstKey() + "' is not a known key");
        }
        ordered("gpu:memory_mb", least, max);
        ordered("gpu:total_memory", minTotal, maxTotal);
        return new GpuNeed(count, models, least, max, minTotal, maxTotal);
    }

    private static void ordered(String name, @Nullable Long min, @Nullable Long max) {
        if (min != null && max != null && min > max) {
            throw new IllegalArgumentException("the least " + name + " is above the greatest");
        }
    }

    private static List<String> models(@Nullable String value) {
        if (value == null) {
            return List.of();
        }
        var models = new ArrayList<String>();
        for (String name : value.split(",", -1)) {
            String plain = plain(name);
            if (plain.length() < MIN_MODEL) {
                throw new IllegalArgumentException("'gpu:model' has a name shorter than " + MIN_MODEL + " characters");
            }
            models.add(plain);
        }
        return models;
    }

    private static String plain(String model) {
        return model.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
    }

    private static long figure(Map<String, String> members, String key) {
        Long figure = optional(members, key);
        return figure == null ? 0 : figure;
    }

    private static @Nullable Long optional(Map<String, String> members, String key) {
        String value = members.remove(key);
        if (value == null) {
            return null;
        }
        try {
            long figure = Long.parseLong(value);
            if (figure >= 0 && figure <= MAX_FIGURE) {
                return figure;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + key + "' must be a whole number from 0 to " + MAX_FIGURE);
    }

    /** The first thing that a machine lacks; empty when it fits. @param diskMb on its largest disk */
    public Optional<Lack> lack(long cores, long ramMb, long diskMb, List<Hardware.Gpu> all) {
        if (cores < minCores) {
            return Optional.of(Lack.NOT_ENOUGH_CORES);
        }
        if (ramMb < minRamMb) {
            return Optional.of(Lack.NOT_ENOUGH_RAM);
        }
        if (diskMb / MB_PER_GB < minStorageGb) {
            return Optional.of(Lack.NOT_ENOUGH_STORAGE);
        }
        boolean fits = gpus.isEmpty() || gpus.stream().anyMatch(need -> fits(need, all));
        return fits ? Optional.empty() : Optional.of(Lack.OTHER_GPUS);
    }

    /** What this hardware lacks. What it does not state is zero. */
    public Optional<Lack> lack(Hardware hardware) {
        Hardware.Cpu cpu = hardware.cpu();
        long cores = cpu == null ? 0 : Math.max(orZero(cpu.cores()), orZero(cpu.threads()));
        long disk = hardware.disks() == null
                ? 0
                : hardware.disks().stream()
                        .mapToLong(one -> one.freeMb() == null ? 0 : one.freeMb())
                        .max()
                        .orElse(0);
        return lack(
                cores,
                hardware.ramMb() == null ? 0 : hardware.ramMb(),
                disk,
                hardware.gpus() == null ? List.of() : hardware.gpus());
    }

    private static long orZero(@Nullable Integer figure) {
        return figure == null ? 0 : figure;
    }

    private static boolean fits(GpuNeed need, List<Hardware.Gpu> all) {
        List<Hardware.Gpu> fitting = all.stream()
                .filter(gpu -> isModel(need, gpu) && hasMemory(need, gpu))
                .toList();
        long total = fitting.stream().mapToLong(Requirements::memory).sum();
        boolean counted = need.count == null ? !fitting.isEmpty() : fitting.size() == need.count;
        return counted
                && (need.minTotalMb == null || total >= need.minTotalMb)
                && (need.maxTotalMb == null || total <= need.maxTotalMb);
    }

    private static boolean isModel(GpuNeed need, Hardware.Gpu gpu) {
        if (need.models.isEmpty()) {
            return true;
        }
        String name = gpu.name() == null ? "" : plain(gpu.name());
        return name.length() >= MIN_MODEL
                && need.models.stream().anyMatch(model -> name.contains(model) || model.contains(name));
    }

    private static boolean hasMemory(GpuNeed need, Hardware.Gpu gpu) {
        return (need.minMemoryMb == null || memory(gpu) >= need.minMemoryMb)
                && (need.maxMemoryMb == null || memory(gpu) <= need.maxMemoryMb);
    }

    private static long memory(Hardware.Gpu gpu) {
        return gpu.vramMb() == null ? 0 : gpu.vramMb();
    }
}
