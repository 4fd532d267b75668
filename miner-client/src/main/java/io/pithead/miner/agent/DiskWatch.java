package io.pithead.miner.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Looks at what a task has on the disk, the seldomer the longer a look takes. */
final class DiskWatch {
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** Of the time, at most so small a part goes into looking. */
    private static final int PART = 20;

    private final TaskFolders folders;
    private final UUID task;
    private Instant due = Instant.EPOCH;

    DiskWatch(TaskFolders folders, UUID task) {
        this.folders = folders;
        this.task = task;
    }

    boolean isOver(long mostMb, Instant now) {
        if (now.isBefore(due)) {
            return false;
        }
        long begun = System.nanoTime();
        boolean over = folders.usedMb(task).map(used -> used > mostMb).orElse(true);
        Duration pause = Duration.ofNanos(System.nanoTime() - begun).multipliedBy(PART);
        due = now.plus(pause.compareTo(LEAST) > 0 ? pause : LEAST);
        return over;
    }
}
