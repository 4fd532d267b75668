package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What one container may use, sizes in MiB. {@code cpus} may be a fraction; an absent figure is the node's default. */
public record Resources(
        @Nullable BigDecimal cpus,
        @Nullable Long ramMb,
        @Nullable Long vramMb,
        @Nullable Integer gpus,
        @Nullable Long shmMb,
        @Nullable Integer pids,
        @Nullable Long diskMb) {
    static final long MAX_MB = 1L << 40;
    static final int MIN_RAM_MB = 6;
    static final int MAX_GPUS = 64;
    static final int MAX_PIDS = 1_000_000;
    static final BigDecimal MIN_CPUS = new BigDecimal("0.01");
    static final BigDecimal MAX_CPUS = BigDecimal.valueOf(1_024);

    public static final Resources NONE = new Resources(null, null, null, null, null, null, null);

    public Resources {
        new Checks()
                .that(
                        "cpus",
                        cpus == null || (cpus.compareTo(MIN_CPUS) >= 0 && cpus.compareTo(MAX_CPUS) <= 0),
                        "must be from " + MIN_CPUS + " to " + MAX_CPUS)
                .range("ram_mb", ramMb, MIN_RAM_MB, MAX_MB)
                .range("vram_mb", vramMb, 0, MAX_MB)
                .range("gpus", gpus, 0, MAX_GPUS)
                .range("shm_mb", shmMb, 1, MAX_MB)
                .range("pids", pids, 1, MAX_PIDS)
                .range("disk_mb", diskMb, 1, MAX_MB)
                .done();
    }
}
